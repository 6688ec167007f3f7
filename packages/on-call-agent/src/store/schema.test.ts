import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { expect, inject, test } from 'vitest'
import { connect } from './postgres/connection.ts'
import { migrate } from './postgres/migrate.ts'
import { openDatabase } from './sqlite/database.ts'

test('both databases have the same tables with the same columns, beside those that only several processes need', async () => {
  await using database = await createTestDatabase(inject('postgresUrl'))
  await using connection = await connect(database.url)
  await migrate(connection)
  await migrate(connection)
  using file = openDatabase(':memory:')
  const ofFile = file.all(
    `SELECT m.name || '.' || c.name AS name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
  )
  const ofServer = await connection.query(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name NOT IN ('members', 'holds', 'schema_version')`,
  )
  const names = (rows: { name?: unknown }[]) => rows.map(({ name }) => String(name)).toSorted()
  expect(names(ofServer)).toEqual(names(ofFile))
})
