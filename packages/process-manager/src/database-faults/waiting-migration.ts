import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import { type BusySession, beginStatement } from './busy-session.ts'
import { defineDatabaseFault } from './database-fault.ts'
import { openSession } from './session.ts'

const QUEUED_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 50
/** Short for one that has its lock: it is rolled back at once. */
const MIGRATION = 'BEGIN; ALTER TABLE items ADD COLUMN supplier text; ROLLBACK'

/**
 * A long report reads the items, which hurts nobody; a migration wants to alter the table and waits behind it, and everybody else queues behind the migration.
 * The server ends both statements after `ttlSeconds`. Cancelling the migration is enough: then this is over, and the report ends with it.
 */
export const waitingMigration = defineDatabaseFault({
  mode: 'waiting_migration',
  says: 'a migration waits for its table lock behind a long report, and everybody waits behind the migration',
  fields: {},
  trial: { seconds: 40, shows: ['database_errors_55P03', 'errors', 'db_phase'] },
  async start({ url }, ttlSeconds) {
    await requireItems(url)
    const report = await beginStatement(url, {
      application: 'reporting',
      statement: `SELECT count(*), max(items.price) FROM items, pg_sleep(${ttlSeconds})`,
      seconds: ttlSeconds,
    })
    await holdsTable(url, 'reporting')
    const migration = await beginStatement(url, { application: 'schema-migration', statement: MIGRATION, seconds: ttlSeconds })
    const end = () => endAll([migration, report])
    if (!(await holdsTable(url, 'schema-migration'))) {
      await end()
      throw conflict('The migration did not come to wait behind the report')
    }
    return { over: migration.over.then(end), [Symbol.asyncDispose]: end }
  },
})

async function endAll(sessions: BusySession[]): Promise<void> {
  for (const session of sessions) await session.end()
}

async function requireItems(url: string): Promise<void> {
  await using session = await openSession(url)
  const [found] = await session.query("SELECT to_regclass('items') AS items")
  if (!found?.items) throw conflict('The database has no table items')
}

/** True when a session of that name holds a lock on the items, or waits for one. */
async function holdsTable(url: string, application: string): Promise<boolean> {
  await using session = await openSession(url)
  for (const deadline = Date.now() + QUEUED_WITHIN_MS; Date.now() < deadline; await setTimeout(LOOK_EVERY_MS)) {
    const [found] = await session.query(
      "SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE relation = 'items'::regclass AND application_name = $1",
      [application],
    )
    if (found) return true
  }
  return false
}
