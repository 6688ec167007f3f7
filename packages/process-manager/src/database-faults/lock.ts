import { conflict } from '@oncall-lab/service-kit/errors'
import { defineDatabaseFault } from './database-fault.ts'
import { openSession } from './session.ts'

/** For the rows that the shop is just changing. */
const WAIT_FOR_ROWS_MS = 2_000

/**
 * A session has taken every item for update, as a stocktaking would, and then sits idle in its transaction: who wants to change an item waits, who
 * reads does not. The server ends the session after `ttlSeconds`, and with the connection.
 */
export const lock = defineDatabaseFault({
  mode: 'lock',
  says: 'a session locks every item row and goes idle in transaction',
  fields: {},
  trial: { seconds: 40, shows: ['database_errors_55P03', 'errors', 'db_phase'] },
  async start({ url }, ttlSeconds) {
    const session = await openSession(url, {
      lock_timeout: WAIT_FOR_ROWS_MS,
      idle_in_transaction_session_timeout: ttlSeconds * 1_000,
    })
    try {
      const [found] = await session.query("SELECT to_regclass('items') AS items")
      if (!found?.items) throw conflict('The database has no table items')
      await session.query('BEGIN')
      await session.query('SELECT id, quantity FROM items ORDER BY id FOR UPDATE')
    } catch (error) {
      await session[Symbol.asyncDispose]()
      throw error
    }
    return { over: session.ended, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() }
  },
})
