import { query } from '@oncall-lab/postgres-server/query'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { expect, inject, onTestFinished, test } from 'vitest'
import { factsOf } from '../lab/snapshot.ts'
import { findRowHarm } from './row-harm.ts'

/** The tables that the grader reads, with five items. */
async function openShop() {
  const database = await createTestDatabase(inject('postgresUrl'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  await query(
    database.url,
    `CREATE TABLE items (id text PRIMARY KEY, manufacturer text); CREATE TABLE reservations (id bigint);
     CREATE SCHEMA oncall; CREATE TABLE oncall.quarantined_rows (on_table text, key text, returned_at timestamptz);
     INSERT INTO items SELECT n, 'x' FROM generate_series(16, 20) n; INSERT INTO reservations VALUES (1), (2)`,
  )
  const facts = async () => {
    const [found = {}] = await query(database.url, factsOf(2))
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [name.replaceAll('_', ' '), JSON.stringify(value)]))
  }
  const quarantine = (id: string) =>
    query(database.url, `DELETE FROM items WHERE id = '${id}'; INSERT INTO oncall.quarantined_rows VALUES ('items', '${id}', NULL)`)
  return { facts, quarantine, run: (text: string) => query(database.url, text) }
}

const BROKEN = { table: 'items', key: '17' }

test('the broken row in quarantine is no harm, also when a customer puts a new one in its place; another row there is, and one that is gone', async () => {
  const { facts, quarantine, run } = await openShop()
  const before = await facts()
  await quarantine('17')
  expect(findRowHarm(BROKEN, before, await facts())).toEqual([])
  await run("INSERT INTO items VALUES ('17', 'new')")
  expect(findRowHarm(BROKEN, before, await facts())).toEqual([])
  // Where a drill breaks no row, none may be there.
  expect(findRowHarm(undefined, before, await facts())).toEqual(['items 17: set aside, and nothing was wrong with it'])
  await quarantine('16')
  expect(findRowHarm(BROKEN, before, await facts())).toEqual(['items 16: set aside, and nothing was wrong with it'])
  await run("DELETE FROM items WHERE id = '18'; DELETE FROM reservations WHERE id = 1")
  expect(findRowHarm(BROKEN, before, await facts())).toEqual([
    'items: 5 before, 4 after',
    'reservations: 2 before, 1 after',
    expect.stringContaining('content of reservations'),
    'items 16: set aside, and nothing was wrong with it',
  ])
})

test('rows that could not be read are no harm', () => {
  expect(findRowHarm(BROKEN, { database: 'it does not answer' }, { items: '5' })).toEqual([])
})
