import { ConfigError } from '@oncall-lab/service-kit/config'
import type { Connection } from './connection.ts'
import { MIGRATIONS } from './schema.ts'

/** Any number that nobody else takes: one process migrates, the others wait for it and find the work done. */
const LOCK = 8_088_001

/** Brings the schema up to date, all or nothing. @throws ConfigError when a newer program was here before. */
export async function migrate(connection: Connection): Promise<void> {
  await connection.script(`BEGIN; SELECT pg_advisory_xact_lock(${LOCK})`)
  try {
    await connection.script('CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)')
    const [row] = await connection.query('SELECT version FROM schema_version')
    const version = Number(row?.version ?? 0)
    if (version > MIGRATIONS.length)
      throw new ConfigError(`The database is of a newer version (${version}) than this program knows (${MIGRATIONS.length})`)
    for (const migration of MIGRATIONS.slice(version)) await connection.script(migration)
    await connection.script(`DELETE FROM schema_version; INSERT INTO schema_version (version) VALUES (${MIGRATIONS.length}); COMMIT`)
  } catch (error) {
    await connection.script('ROLLBACK').catch(() => {})
    throw error
  }
}
