import { createOncallSchema } from '../src/store/oncall-schema.ts'
import { type Connection, PostgresPool } from '../src/store/postgres-pool.ts'
import { createRowQuarantine } from '../src/store/row-quarantine.ts'
import { NO_STORAGE_WATCH } from '../src/store/storage-watch.ts'

const LIMITS = { connections: 1, acquireMs: 5_000, statementMs: 30_000, lockMs: 30_000, lifetimeSeconds: 0 }

/** What the shop's migrations make for the on-call agent, in a database with tables of a test's own. */
export async function addOncallSchema(url: string): Promise<void> {
  await using pool = new PostgresPool(url, { limits: LIMITS, surroundings: {}, watch: NO_STORAGE_WATCH })
  await pool.use(async (connection: Connection) => {
    await createOncallSchema(connection)
    await createRowQuarantine(connection)
  })
}
