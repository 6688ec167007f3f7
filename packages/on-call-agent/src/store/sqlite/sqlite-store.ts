import type { Store } from '../ports.ts'
import { createAlertRows } from './alert-rows.ts'
import { asyncPorts, type Run } from './async-ports.ts'
import { openDatabase } from './database.ts'
import { createEventLog } from './event-log.ts'
import { createInboxRows } from './inbox-rows.ts'
import { createIncidentRows } from './incident-rows.ts'
import { createOutboxRows } from './outbox-rows.ts'
import { createTranscriptRows } from './transcript-rows.ts'
import { createTurnstile } from './turnstile.ts'

/**
 * The store in one SQLite file (`:memory:` for tests), of one process. `now` stamps what is written. Calls and transactions go one after the other:
 * a transaction's own calls are the only ones while it lasts.
 */
export function createSqliteStore(file: string, now: () => Date = () => new Date()): Store {
  const db = openDatabase(file)
  const log = createEventLog(db, now)
  const transcripts = createTranscriptRows(db, log)
  const ports = {
    alerts: createAlertRows(db, log, now),
    incidents: createIncidentRows(db, log, now),
    transcripts,
    inbox: createInboxRows(db, log, { now, transcripts }),
    outbox: createOutboxRows(db, log, now),
  }
  // What a process before this one was sending when it ended may have gone out.
  ports.outbox.releaseAll()
  const oneAtATime = createTurnstile()
  const inOwnTransaction: Run = (work) => oneAtATime(() => log.durably(work))
  const atOnce: Run = async (work) => work()

  return {
    ...asyncPorts(ports, inOwnTransaction),
    transaction: (work) => oneAtATime(() => log.durablyAsync(() => work(asyncPorts(ports, atOnce)))),
    onEvent: log.listen,
    [Symbol.asyncDispose]: () => oneAtATime(() => db[Symbol.dispose]()),
  }
}
