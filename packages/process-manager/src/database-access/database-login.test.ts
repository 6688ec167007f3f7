import { query } from '@oncall-lab/postgres-server/query'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { expect, inject, it } from 'vitest'
import { DatabaseLogin } from './database-login.ts'

it('logs instances in as a role that owns nothing, with the newest password only', async () => {
  await using database = await createTestDatabase(inject('postgresUrl'))
  const login = new DatabaseLogin(database.url)
  expect(login.urlFor(8001)).toBe(database.url)
  await login.begin()
  const old = login.urlFor(8001)
  await query(old, 'CREATE TABLE made (id integer)')
  const [row] = await query(old, "SELECT session_user::text AS role, tableowner::text AS owner FROM pg_tables WHERE tablename = 'made'")
  expect(row).toEqual({ role: 'inventory', owner: 'shop' })
  expect(login.outdated([8001, 8002])).toEqual([])

  await login.rotate()
  expect(login.outdated([8001, 8002])).toEqual([8001])
  await expect(query(old, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
  expect(await query(login.urlFor(8002), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(login.outdated([8001, 8002])).toEqual([8001])
  login.urlFor(8001)
  expect(login.outdated([8001, 8002])).toEqual([])
})

it('changes no password that it did not set', async () => {
  await expect(new DatabaseLogin('postgres://shop@127.0.0.1:1/shop').rotate()).rejects.toThrow('no role inventory')
})
