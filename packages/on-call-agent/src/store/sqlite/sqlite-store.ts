import { DEFAULT_RULES, type IncidentRules } from '../../incidents/rules.ts'
import { beginAudit } from '../audit/audit.ts'
import { portsThatRun, type RunOnPorts } from '../change-ports.ts'
import { createListeners } from '../listeners.ts'
import type { Store, StorePorts } from '../ports.ts'
import { RELEASE_ALL } from '../rows/outbox-rows.ts'
import { createRows } from '../rows/rows.ts'
import { createTrouble } from '../trouble.ts'
import { createTurnstile } from '../turnstile.ts'
import type { Database } from './database.ts'
import { explainFailure } from './explain-failure.ts'
import { openDatabaseFile, type Recovery } from './open-file.ts'
import { createWriteAheadLog, type WriteAheadLog } from './write-ahead-log.ts'
import { createWriter } from './writer.ts'

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
  const db = openDatabaseFile(file, recovery, onMoved)
  return createStoreOn(db, { ...options, ...(file !== ':memory:' && { log: createWriteAheadLog(db, file) }) })
}

/** The same on a database that is open; it is closed with the store. */
export function createStoreOn(
  db: Database,
  { now = () => new Date(), rules = DEFAULT_RULES, log }: StoreOptions & { log?: WriteAheadLog } = {},
): Store {
  // What ended while no process listened is known once the sources have been asked.
  db.run('UPDATE episodes SET confirmed = 0 WHERE closed_at IS NULL')
  const holder = () => 'self'
  const listeners = createListeners()
  const writer = createWriter(db, log)
  const turnstile = createTurnstile({ writer, publish: listeners.publish, explain: explainFailure, now })
  const trouble = createTrouble(() => turnstile.pass(async () => probe(db)))
  // Before everything else: what a process before this one was sending when it ended may have gone out.
  const begun = turnstile.pass(async ({ sql }) => {
    await beginAudit(writer.sql, now)
    await sql.run(RELEASE_ALL)
  })
  void trouble.watch(begun).catch(() => {})
  const change = <T>(work: (ports: StorePorts) => Promise<T>, options?: { urgent?: boolean }) =>
    trouble.watch(turnstile.pass(({ sql, recorded }) => work(createRows(sql, { now, rules, holder, recorded })), options))
  const inOwnChange: RunOnPorts = (work) => change(work)
  const like = createRows(writer.sql, { now, rules, holder, recorded: () => {} })

  const store: Store = {
    ...portsThatRun(like, () => inOwnChange),
    transaction: change,
    trouble: trouble.now,
    onEvent: listeners.listen,
    isShared: false,
    // The file is of this process alone.
    hold: async (_work, task) => ({ kind: 'done', value: await task(store, NEVER) }),
    onFreed: () => () => {},
    async [Symbol.asyncDispose]() {
      await turnstile.idle()
      await log?.[Symbol.asyncDispose]()
      db[Symbol.dispose]()
    },
  }
  return store
}

const NEVER = new AbortController().signal

/** Needs new pages, as every real change does sooner or later, and leaves nothing. */
function probe(db: Database): void {
  db.run('INSERT INTO heartbeats (name, last_at) VALUES (?, ?)', 'probe', ' '.repeat(65_536))
  db.run('DELETE FROM heartbeats WHERE name = ?', 'probe')
}
