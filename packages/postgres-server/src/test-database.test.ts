import { expect, inject, it } from 'vitest'
import { query } from './query.ts'
import { createTestDatabase } from './test-database.ts'

it('gives every caller an empty database that the shop owns', async () => {
  await using one = await createTestDatabase(inject('postgresUrl'))
  await using other = await createTestDatabase(inject('postgresUrl'))
  await query(one.url, 'CREATE TABLE items (id text)')
  expect(await query(other.url, "SELECT to_regclass('items') AS found, current_user AS role")).toEqual([{ found: null, role: 'shop' }])
})

it('drops the database when disposed, even while somebody is connected', async () => {
  const database = await createTestDatabase(inject('postgresUrl'))
  const sleeper = query(database.url, 'SELECT pg_sleep(60)', 60_000).catch((error: Error) => error.message)
  const name = new URL(database.url).pathname.slice(1)
  const connected = () => query(inject('postgresUrl'), `SELECT 1 FROM pg_stat_activity WHERE datname = '${name}'`)
  while ((await connected()).length === 0);
  await database[Symbol.asyncDispose]()
  expect(await sleeper).toMatch(/terminat/)
  await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist')
})
