import { setTimeout as sleep } from 'node:timers/promises'
import type { TimelineEvent } from '../../api.ts'
import type { Sql } from '../rows/sql.ts'
import type { Writer } from '../turnstile.ts'
import type { Connection } from './connection.ts'

/** Listened to by all processes on this database; it says only that there are new events. */
export const CHANNEL = 'on_call_agent_events'

/** Any number that nobody else takes. */
const LOCK = 8_088_002

const BEGIN = `
  BEGIN;
  SELECT pg_advisory_xact_lock(${LOCK});
  SELECT pg_current_xact_id()::text AS xid, (SELECT coalesce(max(id), 0) FROM events) AS newest`

/** How long the end of a change whose connection was lost in its commit is asked for. */
const SETTLE_MS = 5_000

/** The writer of one process. */
export interface PostgresWriter extends Writer, AsyncDisposable {
  /** The newest event when the change under way began, or the last one. */
  newestBefore(): number
}

/**
 * Changes of all processes take turns, as those of one SQLite file do: each holds one advisory lock from its begin to its commit. So whatever a rule
 * decides is decided on what is stored, and events are numbered in the order of their commits: whoever reads after the newest number misses none.
 * A process that stands still loses its turn after ten seconds (`idle_in_transaction_session_timeout`).
 */
export function createWriter(reconnect: () => Promise<Connection>): PostgresWriter {
  let connection: Connection | undefined
  let open = false
  /** The part before was kept, and its savepoint is still to be released: with the next one's begin, or by the commit. */
  let kept = false
  let xid = ''
  let newest = 0

  const usable = async (): Promise<Connection> => {
    if (!connection?.isUsable()) connection = await reconnect()
    return connection
  }
  const current = (): Connection => {
    if (!open || !connection?.isUsable()) throw new Error('The transaction has ended')
    return connection
  }
  const drop = async () => {
    open = false
    await connection?.[Symbol.asyncDispose]()
    connection = undefined
  }
  const onCurrent = (of: () => Sql): Sql => ({
    get words() {
      return of().words
    },
    all: async (...args) => of().all(...args),
    get: async (...args) => of().get(...args),
    run: async (...args) => of().run(...args),
    insert: async (...args) => of().insert(...args),
    insertAll: async (...args) => of().insertAll(...args),
  })

  /** A commit whose answer was lost is in the database or not, and the database knows. */
  async function isCommitted(of: string): Promise<boolean> {
    for (const until = Date.now() + SETTLE_MS; ; await sleep(200)) {
      try {
        const [row] = await (await usable()).query('SELECT pg_xact_status(?::xid8) AS status', [of])
        if (row?.status !== 'in progress') return row?.status === 'committed'
      } catch (error) {
        if (Date.now() > until) throw error
      }
      if (Date.now() > until) return false
    }
  }

  return {
    sql: onCurrent(() => current().sql),
    newestBefore: () => newest,
    isOpen: () => open && connection?.isUsable() === true,
    async begin() {
      const [row] = (await (await usable()).script(BEGIN)).at(-1) ?? []
      open = true
      kept = false
      xid = String(row?.xid)
      newest = Number(row?.newest)
    },
    async commit(events: TimelineEvent[]) {
      const notify = events.length > 0 ? `NOTIFY ${CHANNEL}; ` : ''
      try {
        await current().script(`${notify}COMMIT`)
        open = false
      } catch (error) {
        const was = xid
        await drop()
        if (!(await isCommitted(was))) throw error
      }
    },
    async rollback() {
      if (!open) return
      open = false
      await connection?.script('ROLLBACK').catch(drop)
    },
    async mark() {
      // Its answer is not waited for: where it fails, so does each statement behind it.
      void current()
        .script(kept ? 'RELEASE part; SAVEPOINT part' : 'SAVEPOINT part')
        .catch(() => {})
      kept = false
    },
    async keep() {
      current()
      kept = true
    },
    async undo() {
      if (open) await connection?.script('ROLLBACK TO part; RELEASE part').catch(drop)
    },
    [Symbol.asyncDispose]: drop,
  }
}
