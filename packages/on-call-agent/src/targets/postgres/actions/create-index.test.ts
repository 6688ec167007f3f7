import { query } from '@oncall-lab/postgres-server/query'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { expect, inject, onTestFinished, test } from 'vitest'
import { incidentOf } from '../../../../test-parts/look-tools.ts'
import { createDatabaseClient } from '../client.ts'
import { createIndex } from './create-index.ts'

const context = { incident: incidentOf('inventory'), signal: new AbortController().signal }
const args = { index: 'orders_customer' }

/** The action on a database whose schema declares an index that is not there. */
async function openDatabase() {
  const database = await createTestDatabase(inject('postgresUrl'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  await query(
    database.url,
    `CREATE TABLE orders (id int PRIMARY KEY, customer int);
     INSERT INTO orders SELECT n, n % 100 FROM generate_series(1, 2000) n; ANALYZE orders;
     CREATE SCHEMA oncall; GRANT USAGE ON SCHEMA oncall TO PUBLIC;
     CREATE TABLE oncall.declared_indexes (name text PRIMARY KEY, on_table text NOT NULL, columns text[] NOT NULL);
     GRANT SELECT ON oncall.declared_indexes TO PUBLIC;
     INSERT INTO oncall.declared_indexes VALUES ('orders_customer', 'orders', '{customer}'), ('of_nothing', 'no_table', '{id}')`,
  )
  const { hostname: host, port, pathname } = new URL(database.url)
  const at = { name: 'shop', host, port: Number(port), database: pathname.slice(1), user: 'oncall', tls: false, services: ['inventory'] }
  const definitions = async () =>
    (await query(database.url, "SELECT indexdef FROM pg_indexes WHERE tablename = 'orders' ORDER BY 1")).map(({ indexdef }) => indexdef)
  return { action: createIndex([createDatabaseClient(at)]), url: database.url, definitions }
}

test('builds what the schema declares, reads from the world whether it did, and takes it back', async () => {
  const { action, definitions } = await openDatabase()
  const before = await definitions()
  expect(await action.check(args, context)).toEqual({
    kind: 'ok',
    simulation:
      'CREATE INDEX CONCURRENTLY orders_customer ON orders (customer) reads about 2000 rows (0.1 MB); the service reads and writes on meanwhile.',
  })
  expect(await action.readOutcome(args, {}, context)).toEqual({ kind: 'not_done' })
  expect(await action.run(args, context)).toBe('CREATE INDEX CONCURRENTLY orders_customer ON orders (customer): done.')
  expect(await definitions()).toContain('CREATE INDEX orders_customer ON public.orders USING btree (customer)')
  expect(await action.readOutcome(args, {}, context)).toMatchObject({ kind: 'done' })
  expect(await action.check(args, context)).toMatchObject({ kind: 'refuse', reason: 'nothing_to_do' })
  await expect(action.run(args, context)).rejects.toThrow('is not missing')
  await action.undo?.(args, {}, context)
  expect(await definitions()).toEqual(before)
})

test('refuses what nobody declares, what has no table, what is elsewhere, and where something else has the name; an invalid one it replaces', async () => {
  const { action, url } = await openDatabase()
  for (const [index, reason] of Object.entries({ orders_other: 'not_declared', orders_pkey: 'not_declared', of_nothing: 'wrong_target' }))
    expect(await action.check({ index }, context)).toMatchObject({ kind: 'refuse', reason })
  expect(await action.check(args, { ...context, incident: incidentOf('payments') })).toMatchObject({ reason: 'wrong_target' })
  expect(await action.check({ ...args, database: 'other' }, context)).toMatchObject({ reason: 'wrong_target' })
  await query(url, 'CREATE INDEX orders_customer ON orders (id, customer)')
  expect(await action.check(args, context)).toMatchObject({ kind: 'refuse', reason: 'wrong_target' })
  await query(url, 'DROP INDEX orders_customer; CREATE INDEX orders_customer ON orders (customer)')
  const admin = new URL(url)
  admin.username = 'postgres'
  await query(admin.href, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_customer'::regclass")
  expect(await action.check(args, context)).toMatchObject({
    kind: 'ok',
    simulation: expect.stringMatching(/^An invalid index of that name/),
  })
})

test('is under way while the build waits for a transaction, and done when that is over', async () => {
  const { action, url } = await openDatabase()
  const writer = query(url, 'BEGIN; UPDATE orders SET customer = 5 WHERE id = 1; SELECT pg_sleep(0.4); COMMIT')
  await expect.poll(async () => (await query(url, "SELECT 1 FROM pg_locks WHERE relation = 'orders'::regclass")).length).toBeGreaterThan(0)
  const running = action.run(args, context)
  await expect.poll(async () => (await action.readOutcome(args, {}, context)).kind, { interval: 20 }).toBe('under_way')
  expect(await action.check(args, context)).toMatchObject({ kind: 'refuse', reason: 'under_way' })
  // Nobody waits behind it.
  await query(url, 'UPDATE orders SET customer = 6 WHERE id = 2')
  await Promise.all([writer, running])
  expect(await action.readOutcome(args, {}, context)).toMatchObject({ kind: 'done' })
})
