import type { Migration } from './migrations.ts'
import type { Connection } from './postgres-pool.ts'

/** How a schema stands after `migrate`; `newer`: a later release was here before us. */
export type SchemaState = { kind: 'current'; version: number } | { kind: 'newer'; version: number; known: number }

/** Any number that nobody else takes. One instance migrates, the others wait for it and find the work done. */
const LOCK = 7_070_815_432

/** Brings the schema to the last of `migrations`, each of them in a transaction of its own; many may do so at once. @throws whatever the database says. */
export async function migrate(connection: Connection, migrations: readonly Migration[]): Promise<SchemaState> {
  await connection.run(`SELECT pg_advisory_lock(${LOCK})`)
  try {
    await connection.run(`CREATE TABLE IF NOT EXISTS schema_migrations (
      version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
    const present = await presentVersion(connection)
    const known = migrations.at(-1)?.version ?? 0
    if (present > known) return { kind: 'newer', version: present, known }
    for (const migration of migrations.filter(({ version }) => version > present)) await apply(connection, migration)
    return { kind: 'current', version: known }
  } finally {
    // With a lost connection the lock is gone already.
    await connection.run(`SELECT pg_advisory_unlock(${LOCK})`).catch(() => undefined)
  }
}

async function presentVersion(connection: Connection): Promise<number> {
  const statement = { name: 'schema-version', text: 'SELECT coalesce(max(version), 0) AS version FROM schema_migrations' }
  const [row] = await connection.query<{ version: number }>(statement)
  return row?.version ?? 0
}

async function apply(connection: Connection, migration: Migration): Promise<void> {
  await connection.run('BEGIN')
  try {
    await migration.run(connection)
    const statement = { name: 'note-migration', text: 'INSERT INTO schema_migrations (version, name) VALUES ($1, $2)' }
    await connection.query(statement, [migration.version, migration.name])
    await connection.run('COMMIT')
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
