import { conflict } from '@oncall-lab/service-kit/errors'
import { beginStatement } from './busy-session.ts'
import { defineDatabaseFault } from './database-fault.ts'
import { openSession } from './session.ts'

/** Items that customers reserve often. */
const ITEMS = "('1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20')"
const WAIT_FOR_ROWS_MS = 2_000

/**
 * A session has changed some rows and sits idle in its transaction. Whoever changes one of them waits, among others a report that locks what it counts: it
 * runs the longest statement of all, and is a victim. The server ends the first session after `ttlSeconds`, and with the connection.
 */
export const rowLock = defineDatabaseFault({
  mode: 'row_lock',
  says: 'a session has changed a few rows and goes idle in transaction; a long report waits for it',
  fields: {},
  trial: { seconds: 60, shows: ['database_errors_55P03', 'db_phase'] },
  async start({ url }, ttlSeconds) {
    const holder = await openSession(url, {
      application_name: 'stock-import',
      lock_timeout: WAIT_FOR_ROWS_MS,
      idle_in_transaction_session_timeout: ttlSeconds * 1_000,
    })
    try {
      const [found] = await holder.query("SELECT to_regclass('items') AS items")
      if (!found?.items) throw conflict('The database has no table items')
      await holder.query('BEGIN')
      await holder.query(`UPDATE items SET quantity = quantity WHERE id IN ${ITEMS}`)
      const report = await beginStatement(url, {
        application: 'reporting',
        statement: `SELECT sum(price * quantity) FROM (SELECT price, quantity FROM items WHERE id IN ${ITEMS} ORDER BY id FOR SHARE) AS counted`,
        seconds: ttlSeconds,
      })
      const end = async () => {
        await holder[Symbol.asyncDispose]()
        await report.end()
      }
      return { over: holder.ended.then(end), [Symbol.asyncDispose]: end }
    } catch (error) {
      await holder[Symbol.asyncDispose]()
      throw error
    }
  },
})
