import { query } from '@oncall-lab/postgres-server/query'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { expect, inject, it, onTestFinished } from 'vitest'
import { addOncallSchema } from '../../test-parts/oncall-schema.ts'

const ITEMS = `
  CREATE TABLE items (
    id text COLLATE "C" PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY UNIQUE, name text NOT NULL, price float8, amount numeric(9, 3),
    at timestamptz, tags text[], twice int GENERATED ALWAYS AS (quantity * 2) STORED, quantity int
  );
  INSERT INTO items (id, name, price, amount, at, tags, quantity) VALUES
    ('16', 'fine', 1, 1, now(), '{}', 1), ('17', E'it''s "odd" \\\\ \\n ü', 0.1::float8 + 0.2, 1.500, '2026-01-02 03:04:05.678901+00', '{a,"b,c",NULL}', 3),
    ('o''clock', 'quoted', 'NaN', NULL, 'infinity', NULL, NULL), ('18', '', NULL, NULL, NULL, NULL, 0), ('19', '', NULL, NULL, NULL, NULL, 0)`

/** A shop's table with what two migrations put beside it, and the agent's role on it. */
async function openShop(more = '') {
  const database = await createTestDatabase(inject('postgresUrl'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  await query(database.url, `${ITEMS}; ${more}`)
  await addOncallSchema(database.url)
  const own = new URL(database.url)
  own.username = 'oncall'
  own.searchParams.set('options', '-c default_transaction_read_only=off')
  const as = (text: string) => query(own.href, text)
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
  const said = async (name: string, ...args: string[]) =>
    (await as(`SELECT oncall.${name}(${args.map(literal).join(', ')}) AS said`))[0]?.said
  const all = async () => JSON.stringify(await query(database.url, 'SELECT * FROM items ORDER BY number'))
  return { url: database.url, as, said, all }
}

it('moves one row with all that it holds, says who and why, and puts it back exactly', async () => {
  const { url, said, all } = await openShop()
  const before = await all()
  for (const key of ['17', "o'clock"]) {
    expect(await said('find_row', 'items', key)).toBe('here')
    expect(await said('quarantine_row', 'items', key, "it's why")).toBe('done')
    expect(await said('find_row', 'items', key)).toBe('quarantined')
  }
  expect(await query(url, 'SELECT count(*)::int AS left FROM items')).toEqual([{ left: 3 }])
  expect(await query(url, "SELECT on_table, key, why, by_role, returned_at FROM oncall.quarantined_rows WHERE key = '17'")).toEqual([
    { on_table: 'items', key: '17', why: "it's why", by_role: 'oncall', returned_at: null },
  ])
  await expect(said('quarantine_row', 'items', '17', 'again')).rejects.toThrow('has no such row')
  for (const key of ['17', "o'clock"]) expect(await said('return_row', 'items', key)).toBe('done')
  expect(await all()).toBe(before)
  await expect(said('return_row', 'items', '17')).rejects.toThrow('not in quarantine')
})

it('refuses other tables, keys that are none, and a fourth row within an hour', async () => {
  const { url, said, all } = await openShop()
  const before = await all()
  for (const table of ['reservations', 'schema_migrations', 'public.items', 'items; DROP TABLE items', '"items"', 'pg_class', ''])
    await expect(said('quarantine_row', table, '17', 'x')).rejects.toThrow('rows of this table are not set aside')
  for (const key of ['', '99', ' 17', "17' OR '1'='1", '17; DROP TABLE items', '%']) {
    await expect(said('quarantine_row', 'items', key, 'x')).rejects.toThrow('has no such row')
  }
  await expect(said('quarantine_row', 'items', '17', '')).rejects.toThrow('a reason')
  expect(await all()).toBe(before)
  for (const key of ['16', '17', '18']) await said('quarantine_row', 'items', key, 'x')
  await expect(said('quarantine_row', 'items', '19', 'x')).rejects.toThrow('3 rows of items were set aside within the last hour')
  expect(await query(url, 'SELECT count(*)::int AS left FROM items')).toEqual([{ left: 2 }])
})

it('takes a key of another type only as the column itself writes it', async () => {
  const { url, said } = await openShop('CREATE TABLE orders (id int PRIMARY KEY, x text); INSERT INTO orders VALUES (7)')
  await query(url, "INSERT INTO oncall.movable_tables VALUES ('orders', 'id', '/orders/:id', 1)")
  for (const key of ['seven', '7.0', "7'", '99999999999']) {
    expect(await said('find_row', 'orders', key)).toBe('no_key')
    await expect(said('quarantine_row', 'orders', key, 'x')).rejects.toThrow('has no such row')
  }
  for (const key of ['07', ' 7', '8']) expect(await said('find_row', 'orders', key)).toBe('absent')
  expect(await said('quarantine_row', 'orders', '7', 'x')).toBe('done')
  await query(url, "UPDATE oncall.movable_tables SET key_column = 'name' WHERE on_table = 'items'")
  await expect(said('quarantine_row', 'items', 'fine', 'x')).rejects.toThrow('name is not the primary key of items')
})

it('leaves the agent no other way to the rows, and nobody a way to lose them', async () => {
  const { url, as, said } = await openShop()
  await said('quarantine_row', 'items', '17', 'x')
  for (const text of [
    "DELETE FROM items WHERE id = '16'",
    'SELECT name FROM items',
    'SELECT content FROM oncall.quarantined_rows',
    "UPDATE oncall.quarantined_rows SET key = '16'",
    'DELETE FROM oncall.quarantined_rows',
    "INSERT INTO oncall.movable_tables VALUES ('reservations', 'id', '/r/:id', 1)",
  ])
    await expect(as(text)).rejects.toThrow('permission denied')
  expect(await as('SELECT on_table, key FROM oncall.quarantined_rows')).toEqual([{ on_table: 'items', key: '17' }])
  await expect(query(url, 'DELETE FROM oncall.quarantined_rows')).rejects.toThrow('never deleted')
  await expect(query(url, 'TRUNCATE oncall.quarantined_rows')).rejects.toThrow('never deleted')
  // A table of the caller's own does not stand in for what the server says of its tables.
  await query(url, 'CREATE TABLE parts (item text REFERENCES items ON DELETE CASCADE)')
  const lie = 'CREATE TEMP TABLE pg_constraint AS SELECT * FROM pg_catalog.pg_constraint LIMIT 0'
  await expect(as(`${lie}; SELECT oncall.quarantine_row('items', '16', 'x')`)).rejects.toThrow('changes more than that row')
})

it.each([
  ['rows of another table would go with it', 'CREATE TABLE parts (item text REFERENCES items ON DELETE CASCADE)'],
  ['rows of another table would change', 'CREATE TABLE parts (item text REFERENCES items ON DELETE SET NULL)'],
  ['a rule does something else', 'CREATE RULE keep AS ON DELETE TO items DO INSTEAD NOTHING'],
])('refuses where %s', async (_what, more) => {
  const { said, all } = await openShop(more)
  const before = await all()
  await expect(said('quarantine_row', 'items', '17', 'x')).rejects.toThrow('changes more than that row')
  expect(await all()).toBe(before)
})

it('refuses a row that others still refer to, and keeps it out while another row has its place', async () => {
  const { url, said } = await openShop("CREATE TABLE parts (item text REFERENCES items); INSERT INTO parts VALUES ('16')")
  await expect(said('quarantine_row', 'items', '16', 'x')).rejects.toThrow('foreign key')
  await said('quarantine_row', 'items', '17', 'x')
  await query(url, "INSERT INTO items (id, name) VALUES ('17', 'new')")
  await expect(said('return_row', 'items', '17')).rejects.toThrow('another row has its place')
  expect(await query(url, "SELECT name FROM items WHERE id = '17'")).toEqual([{ name: 'new' }])
  await query(url, "DELETE FROM items WHERE id = '17'")
  expect(await said('return_row', 'items', '17')).toBe('done')
})
