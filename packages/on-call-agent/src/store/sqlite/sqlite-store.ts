import { DEFAULT_RULES, type IncidentRules } from '../../incidents/rules.ts'
import type { Store } from '../ports.ts'
import { createActionRows } from './action-rows.ts'
import { createAlertRows } from './alert-rows.ts'
import { asyncPorts, type Run } from './async-ports.ts'
import type { Database } from './database.ts'
import { createEventLog } from './event-log.ts'
import { createInboxRows } from './inbox-rows.ts'
import { createIncidentRows } from './incident-rows.ts'
import { openDatabaseFile, type Recovery } from './open-file.ts'
import { createOutboxRows } from './outbox-rows.ts'
import { createTranscriptRows } from './transcript-rows.ts'
import { createTrouble } from './trouble.ts'
import { createTurnstile } from './turnstile.ts'

interface StoreOptions {
  /** Stamps what is written. */
  now?: () => Date
  rules?: IncidentRules
}

interface SqliteStoreOptions extends StoreOptions {
  /** What happens to a file that cannot be used. */
  recovery?: Recovery
  onMoved?: (to: string) => void
}

/**
 * The store in one SQLite file (`:memory:` for tests), of one process. Calls and transactions go one after the other, and share commits:
 * a transaction's own calls are the only ones while it lasts.
 */
export function createSqliteStore(file: string, { recovery = 'refuse', onMoved = () => {}, ...options }: SqliteStoreOptions = {}): Store {
  return createStoreOn(openDatabaseFile(file, recovery, onMoved), options)
}

/** The same on a database that is open; it is closed with the store. */
export function createStoreOn(db: Database, { now = () => new Date(), rules = DEFAULT_RULES }: StoreOptions = {}): Store {
  const log = createEventLog(db, now)
  const transcripts = createTranscriptRows(db, log)
  const ports = {
    alerts: createAlertRows(db, log, { now, rules }),
    incidents: createIncidentRows(db, log, now),
    transcripts,
    inbox: createInboxRows(db, log, { now, transcripts }),
    outbox: createOutboxRows(db, log, now),
    actions: createActionRows(db, log, now),
  }
  // What a process before this one was sending when it ended may have gone out.
  ports.outbox.releaseAll()
  // What ended while no process listened is known once the sources have been asked.
  db.run('UPDATE episodes SET confirmed = 0 WHERE closed_at IS NULL')
  const turnstile = createTurnstile(db, log)
  const trouble = createTrouble(() => turnstile.pass(() => probe(db)))
  const inOwnChange: Run = (work) => trouble.watch(turnstile.pass(work))
  const inThisChange: Run = async (work) => {
    // What came after a full disk ended the change would be a change of its own.
    if (!db.isOpen()) throw new Error('The transaction has ended')
    return work()
  }

  return {
    ...asyncPorts(ports, inOwnChange),
    transaction: (work, options) => trouble.watch(turnstile.pass(() => work(asyncPorts(ports, inThisChange)), options)),
    trouble: trouble.now,
    onEvent: log.listen,
    async [Symbol.asyncDispose]() {
      await turnstile.idle()
      db[Symbol.dispose]()
    },
  }
}

/** Needs new pages, as every real change does sooner or later, and leaves nothing. */
function probe(db: Database): void {
  db.run('INSERT INTO heartbeats (name, last_at) VALUES (?, ?)', 'probe', ' '.repeat(65_536))
  db.run('DELETE FROM heartbeats WHERE name = ?', 'probe')
}
