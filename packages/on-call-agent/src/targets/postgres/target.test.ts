import { query } from '@oncall-lab/postgres-server/query'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { createTestDatabase, type TestDatabase } from '@oncall-lab/postgres-server/test-database'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { nothingRemembered } from '../../../test-parts/nothing-remembered.ts'
import { callTool } from '../../functions/call-tool.ts'
import { LIMITS } from '../../functions/limits.ts'
import { maskLiterals } from './mask-literals.ts'
import { postgres } from './target.ts'

const signal = new AbortController().signal

/** The agent's functions on a database, as its own role. */
function functionsOn(serverUrl: string) {
  const url = new URL(serverUrl)
  url.username = 'oncall'
  const connection = postgres.connect({ SHOP_DATABASE_URL: url.href }, { onError: () => {}, remembered: nothingRemembered })
  if (connection.kind !== 'on') throw new Error('The target is off')
  const { functions } = connection.port
  return async (name: string, args: object = {}) => {
    const call = { id: 'c', type: 'function' as const, function: { name, arguments: JSON.stringify(args) } }
    const outcome = await callTool([...functions], call, { incident: incidentOf('inventory'), limits: LIMITS, signal })
    expect(outcome.result.length).toBeLessThanOrEqual(4_096)
    return { ...outcome, value: JSON.parse(outcome.result) }
  }
}

async function connect(url: string, application: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: application })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

describe('on a database of the shop', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'))
    await query(
      database.url,
      `CREATE TABLE orders (id int PRIMARY KEY, customer int); INSERT INTO orders SELECT n, n % 100 FROM generate_series(1, 20000) n; ANALYZE orders`,
    )
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('each of the nine functions answers, and says how far it reaches', async () => {
    const look = functionsOn(database.url)
    const names = ['check_connection', 'get_database_info', 'get_active_connections', 'get_connection_stats', 'get_lock_info']
    names.push('get_database_stats', 'get_table_stats', 'get_replication_status')
    for (const name of names) {
      const { ok, value, summary } = await look(name)
      expect([name, ok, value.error]).toEqual([name, true, undefined])
      expect(value).toMatchObject({ ok: true, complete: true, truncated: 0, errors: [], database: 'shop' })
      expect(summary).not.toContain('something unknown')
    }
    expect((await look('get_config_parameter', { name: 'max_connections' })).value).toMatchObject({ name: 'max_connections' })
  })

  test('the role reads no rows and changes nothing', async () => {
    const url = new URL(database.url)
    url.username = 'oncall'
    await expect(query(url.href, 'SELECT * FROM orders')).rejects.toThrow(/permission denied/)
    await expect(query(url.href, 'CREATE TABLE x (id int)')).rejects.toThrow(/read-only|permission denied/)
  })

  test('a model can name a configured database and no other, and a parameter that holds no secret', async () => {
    const look = functionsOn(database.url)
    expect((await look('get_database_info', { database: 'postgres://evil/x' })).value.database).toBe('shop')
    expect((await look('get_config_parameter', { name: 'primary_conninfo' })).value.error.code).toBe('not_shown')
    expect((await look('get_config_parameter', { name: 'x; drop table' })).value.error.code).toBe('invalid_arguments')
  })

  test('get_lock_info names the root of the wait graph, with its age and its masked statement', async () => {
    const [root, waiter, behind] = await Promise.all(['stocktaking', 'shop', 'shop'].map((name) => connect(database.url, name)))
    if (!root || !waiter || !behind) throw new Error('not connected')
    await root.query(`BEGIN; SELECT * FROM orders WHERE id = 7 FOR UPDATE`)
    const waits = [waiter, behind].map((client) => client.query(`UPDATE orders SET customer = 4711 WHERE id = 7`))
    const look = functionsOn(database.url)
    await expect.poll(async () => (await look('get_lock_info')).value.waiting, { timeout: 5_000 }).toBe(2)
    const { value, summary } = await look('get_lock_info')
    expect(value.roots).toMatchObject([{ application: 'stocktaking', state: 'idle in transaction', blocks: 2 }])
    expect(value.roots[0].statement).toContain('WHERE id = ? FOR UPDATE')
    expect(value.roots[0].holds).toContain('RowShareLock on orders')
    expect(summary).toMatch(/2 sessions wait.*stocktaking/)
    expect(JSON.stringify(value)).not.toContain('4711')
    await root.end()
    await Promise.all(waits)
    await Promise.all([waiter.end(), behind.end()])
  })

  test('get_table_stats names the table that is read whole, and the columns without an index', async () => {
    const client = await connect(database.url, 'shop')
    let reading = true
    const reads = (async () => {
      while (reading) await client.query('SELECT count(*) FROM orders WHERE customer = 5')
    })()
    const { value } = await functionsOn(database.url)('get_table_stats')
    reading = false
    await reads
    await client.end()
    const [top] = value.tables
    expect(top).toMatchObject({ table: 'orders', columns_without_index: ['customer'], indexes: ['orders_pkey (id)'] })
    expect(top.hint).toContain('orders is read whole')
  })

  test('get_table_stats names what the schema declares and nobody can use, and is silent where it declares nothing', async () => {
    const look = functionsOn(database.url)
    expect((await look('get_table_stats')).value.missing_indexes).toBeUndefined()
    await query(
      database.url,
      `CREATE SCHEMA oncall; GRANT USAGE ON SCHEMA oncall TO PUBLIC;
       CREATE TABLE oncall.declared_indexes (name text PRIMARY KEY, on_table text NOT NULL, columns text[] NOT NULL);
       GRANT SELECT ON oncall.declared_indexes TO PUBLIC;
       INSERT INTO oncall.declared_indexes VALUES ('orders_customer', 'orders', '{customer}'), ('orders_both', 'orders', '{id,customer}');
       CREATE INDEX orders_both ON orders (id, customer)`,
    )
    const { value, summary } = await look('get_table_stats')
    expect(value.missing_indexes).toEqual([{ index: 'orders_customer', table: 'orders', columns: ['customer'], state: 'missing' }])
    expect(value.tables.map(({ table }: { table: string }) => table)).toEqual(['orders'])
    expect(summary).toContain('The index orders_customer, which the schema declares for orders, is missing.')
  })
})

test('when the slots are gone the agent still gets in, and names who holds them', async () => {
  await using server = await startServer({ settings: ['max_connections=10', 'fsync=off'] })
  const clients: Client[] = []
  const fill = async () => {
    for (;;) clients.push(await connect(server.url, 'reporting'))
  }
  await expect(fill()).rejects.toThrow(/remaining connection slots/)
  const look = functionsOn(server.url)
  expect((await look('check_connection')).value).toMatchObject({ reachable: true })
  const { value, summary } = await look('get_connection_stats')
  expect(value).toMatchObject({
    max_connections: 10,
    reserved: 5,
    free: 0,
    by_client: [{ application: 'reporting', sessions: clients.length }],
  })
  expect(summary).toContain(`reporting holds ${clients.length}`)
  await Promise.all(clients.map((client) => client.end()))
}, 90_000)

test('a database that cannot be reached is found so, with the code', async () => {
  const { value, summary } = await functionsOn('postgres://shop@127.0.0.1:1/shop')('check_connection')
  expect(value).toMatchObject({ ok: true, reachable: false, error: { code: 'ECONNREFUSED' } })
  expect(summary).toContain('ECONNREFUSED')
})

test.each([
  ["SELECT * FROM a WHERE n = 'O''Hara' AND x = 12.5 -- secret\n LIMIT 3", 'SELECT * FROM a WHERE n = ? AND x = ? LIMIT ?'],
  ['DO $body$ BEGIN RAISE; END $body$', 'DO ?'],
  ['SELECT $1, t1.c2 /* note */ FROM t1', 'SELECT $1, t1.c2 FROM t1'],
  ["SELECT 'open", 'SELECT ?'],
  [`SELECT ${'a, '.repeat(400)}1`, expect.stringMatching(/…$/)],
])('%s is masked', (statement, masked) => {
  expect(maskLiterals(statement)).toEqual(masked)
})
