import { DEFAULT_RULES, type IncidentRules } from '../../incidents/rules.ts'
import type { Store } from '../ports.ts'
import { createAlertRows } from './alert-rows.ts'
import { asyncPorts, type Run } from './async-ports.ts'
import { createEventLog } from './event-log.ts'
import { createInboxRows } from './inbox-rows.ts'
import { createIncidentRows } from './incident-rows.ts'
import { openDatabaseFile, type Recovery } from './open-file.ts'
import { createOutboxRows } from './outbox-rows.ts'
import { createTranscriptRows } from './transcript-rows.ts'
import { createTurnstile } from './turnstile.ts'

interface SqliteStoreOptions {
  /** Stamps what is written. */
  now?: () => Date
  rules?: IncidentRules
  /** What happens to a file that cannot be used. */
  recovery?: Recovery
  onMoved?: (to: string) => void
}

/**
 * The store in one SQLite file (`:memory:` for tests), of one process. Calls and transactions go one after the other, and share commits:
 * a transaction's own calls are the only ones while it lasts.
 */
export function createSqliteStore(
  file: string,
  { now = () => new Date(), rules = DEFAULT_RULES, recovery = 'refuse', onMoved = () => {} }: SqliteStoreOptions = {},
): Store {
  const db = openDatabaseFile(file, recovery, onMoved)
  const log = createEventLog(db, now)
  const transcripts = createTranscriptRows(db, log)
  const ports = {
    alerts: createAlertRows(db, log, { now, rules }),
    incidents: createIncidentRows(db, log, now),
    transcripts,
    inbox: createInboxRows(db, log, { now, transcripts }),
    outbox: createOutboxRows(db, log, now),
  }
  // What a process before this one was sending when it ended may have gone out.
  ports.outbox.releaseAll()
  // What ended while no process listened is known once the sources have been asked.
  db.run('UPDATE episodes SET confirmed = 0 WHERE closed_at IS NULL')
  const turnstile = createTurnstile(db, log)
  const inOwnChange: Run = (work) => turnstile.pass(work)
  const inThisChange: Run = async (work) => {
    // What came after a full disk ended the change would be a change of its own.
    if (!db.isOpen()) throw new Error('The transaction has ended')
    return work()
  }

  return {
    ...asyncPorts(ports, inOwnChange),
    transaction: (work, options) => turnstile.pass(() => work(asyncPorts(ports, inThisChange)), options),
    onEvent: log.listen,
    async [Symbol.asyncDispose]() {
      await turnstile.idle()
      db[Symbol.dispose]()
    },
  }
}
