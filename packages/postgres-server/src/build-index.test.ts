import { expect, inject, it, onTestFinished } from 'vitest'
import { query } from './query.ts'
import { createTestDatabase } from './test-database.ts'

const at = (role: string, database: string) => {
  const url = new URL(inject('postgresUrl'))
  url.username = role
  url.pathname = `/${database}`
  url.searchParams.set('options', '-c default_transaction_read_only=off')
  return url.href
}

/** A shop whose schema declares an index that is not there. */
async function openShop() {
  const database = await createTestDatabase(inject('postgresUrl'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  const name = new URL(database.url).pathname.slice(1)
  await query(
    database.url,
    `CREATE TABLE orders (id int PRIMARY KEY, customer int);
     INSERT INTO orders SELECT n, n % 100 FROM generate_series(1, 1000) n;
     CREATE SCHEMA oncall;
     CREATE TABLE oncall.declared_indexes (name text PRIMARY KEY, on_table text NOT NULL, columns text[] NOT NULL);
     INSERT INTO oncall.declared_indexes VALUES ('orders_customer', 'orders', '{customer}'), ('of_nothing', 'no_table', '{id}'),
       ('odd', 'orders', '{"id) WHERE pg_sleep(60) IS NULL --"}')`,
  )
  const deed = async (index: string, what = 'create_index', { role = 'oncall', on = name } = {}) =>
    (await query(at(role, 'postgres'), `SELECT oncall_index('${on}', '${index}', '${what}') AS said`))[0]?.said
  const indexes = async () =>
    await query(
      database.url,
      `SELECT c.relname::text AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = 'orders'::regclass AND NOT i.indisprimary`,
    )
  return { url: database.url, admin: at('postgres', name), name, deed, indexes }
}

const BUILT = [{ name: 'orders_customer', valid: true }]

it('builds the index that the schema declares, once, and drops only what it built', async () => {
  const { deed, indexes, admin } = await openShop()
  expect(await deed('orders_customer')).toBe('done')
  expect(await indexes()).toEqual(BUILT)
  await expect(deed('orders_customer')).rejects.toThrow('orders_customer is not missing')
  await deed('orders_customer', 'drop_index')
  expect(await indexes()).toEqual([])
  await expect(deed('orders_customer', 'drop_index')).rejects.toThrow('was not built here')

  await query(admin, 'CREATE INDEX of_nothing ON orders (id)')
  await expect(deed('of_nothing', 'drop_index')).rejects.toThrow('was not built here')
})

it('refuses what nobody declared, other databases, other callers and free SQL', async () => {
  const { deed, indexes, url } = await openShop()
  await expect(deed('orders_pkey')).rejects.toThrow('declares no index orders_pkey')
  await expect(deed('of_nothing')).rejects.toThrow('is not missing')
  await expect(deed('orders_customer', 'drop_table')).rejects.toThrow('drop_table is nothing that is done here')
  await expect(deed('orders_customer', 'create_index', { on: 'postgres' })).rejects.toThrow('no database of a service')
  await expect(deed('orders_customer', 'create_index', { on: 'template1' })).rejects.toThrow('no database of a service')
  await expect(deed('orders_customer', 'create_index', { on: 'shop options=-cx' })).rejects.toThrow('no name')
  await expect(deed('x; DROP TABLE orders')).rejects.toThrow('no name')
  await expect(deed('orders_customer', 'create_index', { role: 'shop' })).rejects.toThrow('permission denied')
  // A column is a name, whatever it holds.
  expect(await deed('odd')).toContain('does not exist')
  await expect(
    query(at('oncall', 'postgres'), "SELECT * FROM oncall_private.dblink('dbname=shop', 'SELECT 1') AS x (n int)"),
  ).rejects.toThrow('permission denied')
  expect(await indexes()).toEqual([])
  expect(await query(url, 'SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 1_000 }])
})

it('replaces an invalid index that an earlier build left', async () => {
  const { deed, indexes, admin } = await openShop()
  await query(admin, 'CREATE INDEX orders_customer ON orders (customer)')
  await query(admin, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_customer'::regclass")
  expect(await indexes()).toEqual([{ name: 'orders_customer', valid: false }])
  await deed('orders_customer')
  expect(await indexes()).toEqual(BUILT)
})

it('builds no seventh within an hour in one database, also where they failed', async () => {
  const { deed, indexes } = await openShop()
  for (let n = 0; n < 6; n += 1) await deed('odd')
  await expect(deed('orders_customer')).rejects.toThrow('6 indexes were built')
  expect(await indexes()).toEqual([])
})
