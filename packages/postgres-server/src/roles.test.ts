import { expect, inject, it } from 'vitest'
import { query } from './query.ts'
import { createTestDatabase } from './test-database.ts'

/** Somebody's session, with the mark by which the agent names it. */
async function openSession(url: string, application: string) {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url, application_name: application })
  let ended = false
  client
    .on('error', () => undefined)
    .on('end', () => {
      ended = true
    })
  await client.connect()
  const { rows } = await client.query('SELECT pid, backend_start::text AS began FROM pg_stat_activity WHERE pid = pg_backend_pid()')
  const { pid, began } = rows[0]
  return { client, pid, began, isEnded: () => ended, [Symbol.asyncDispose]: () => client.end().catch(() => undefined) }
}

const as = (role: string) => {
  const url = new URL(inject('postgresUrl'))
  url.username = role
  url.pathname = '/postgres'
  return url.href
}
const end = (pid: number, began: string, deed = 'terminate_session', role = 'oncall') =>
  query(as(role), `BEGIN READ WRITE; SELECT oncall_end(${pid}, '${began}', '${deed}') AS said; COMMIT`)

it('lets the agent end one session at a time, and nothing of the shop, the server or the superuser', async () => {
  await using database = await createTestDatabase(inject('postgresUrl'))
  await query(as('postgres'), 'TRUNCATE oncall_deeds')
  await using job = await openSession(database.url, 'stock-import')
  await using other = await openSession(database.url, 'reporting')
  await using pool = await openSession(database.url, 'inventory')
  await using admin = await openSession(as('postgres'), 'psql')

  await expect(end(pool.pid, pool.began)).rejects.toThrow('belongs to the pool of the shop')
  await expect(end(admin.pid, admin.began)).rejects.toThrow('sessions of postgres are not ended')
  await expect(end(job.pid, '2000-01-01 00:00:00+00')).rejects.toThrow('there is no session')
  await expect(end(job.pid, job.began, 'drop_table')).rejects.toThrow('drop_table is nothing that is done here')
  await expect(end(job.pid, job.began, 'cancel_query')).rejects.toThrow('runs no statement')
  await expect(end(job.pid, job.began, 'terminate_session', 'shop')).rejects.toThrow('permission denied')
  await expect(query(as('oncall'), `SELECT pg_terminate_backend(${job.pid})`)).rejects.toThrow('permission denied')
  expect(job.isEnded()).toBe(false)

  await end(job.pid, job.began)
  await expect.poll(job.isEnded).toBe(true)
  await expect(end(other.pid, other.began)).rejects.toThrow('one session at a time')
  expect(other.isEnded()).toBe(false)
  await query(as('postgres'), "UPDATE oncall_deeds SET at = at - interval '10 seconds'")

  const running = other.client.query('SELECT pg_sleep(60)')
  const refused = expect(running).rejects.toMatchObject({ code: '57014' })
  await expect
    .poll(async () => (await query(as('postgres'), `SELECT state FROM pg_stat_activity WHERE pid = ${other.pid}`))[0]?.state)
    .toBe('active')
  await end(other.pid, other.began, 'cancel_query')
  await refused
  expect(other.isEnded()).toBe(false)
})

it('does not take a temporary table of the caller for what the server says of its sessions', async () => {
  await using database = await createTestDatabase(inject('postgresUrl'))
  await query(as('postgres'), 'TRUNCATE oncall_deeds')
  await using pool = await openSession(database.url, 'inventory')
  const lie = `CREATE TEMP TABLE pg_stat_activity AS SELECT ${pool.pid} AS pid, 'shop'::name AS usename, 'x' AS application_name,
    'idle' AS state, 'client backend' AS backend_type, 10::oid AS usesysid, '${pool.began}'::timestamptz AS backend_start`
  const deed = `SELECT oncall_end(${pool.pid}, '${pool.began}', 'terminate_session')`
  const bypass = `BEGIN READ WRITE; ${lie}; CREATE TEMP TABLE pg_roles AS SELECT 10::oid AS oid, false AS rolsuper; ${deed}; COMMIT`
  await expect(query(as('oncall'), bypass)).rejects.toThrow('belongs to the pool of the shop')
  expect(pool.isEnded()).toBe(false)
})
