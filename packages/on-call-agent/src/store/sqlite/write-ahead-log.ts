import { closeSync, fdatasync, fstatSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { LabError } from '@oncall-lab/service-kit/errors'
import type { Database } from './database.ts'

/** A longer log is written back into the file beside other work. */
const LONG_BYTES = 8 * 1_048_576
/** Nothing is added to one that is longer until it was written back: while it grows, it cannot be begun anew. */
const TOO_LONG_BYTES = 64 * 1_048_576
/** A thread for each of many commits would cost more than they. */
const EVERY_MS = 1_000

/**
 * The write-ahead log of a database file. What SQLite would do in the event loop happens beside it: syncing the log after a commit, and writing
 * it back into the file (a checkpoint).
 * @see https://www.sqlite.org/wal.html
 */
export interface WriteAheadLog extends AsyncDisposable {
  /** When it resolves, all that was committed is on disk. @throws LabError 503 */
  sync(): Promise<void>
  /** Resolves at once, unless the log is too long to add to it. */
  ready(): Promise<void>
}

/** Others in tests only. */
interface LogOptions {
  syncFile?: (file: number) => Promise<void>
  longBytes?: number
}

/** Takes both over from SQLite for this connection. */
export function createWriteAheadLog(
  db: Database,
  file: string,
  { syncFile = promisify(fdatasync), longBytes = LONG_BYTES }: LogOptions = {},
): WriteAheadLog {
  // NORMAL leaves the sync of a commit to us, and the limit lets a log that was written back begin anew as an empty file.
  db.all('PRAGMA synchronous = NORMAL')
  db.all('PRAGMA journal_size_limit = 0')
  db.all('PRAGMA wal_autocheckpoint = 0')
  // Of its own: SQLite holds no lock on the log itself that closing this would end.
  const log = openSync(`${file}-wal`, 'r')
  let writing: Promise<void> | undefined
  let wroteAt = Number.NEGATIVE_INFINITY

  const begin = () => {
    writing ??= writeBackInThread(file)
      // Where no thread can be had, it is done here.
      .catch(() => void db.all('PRAGMA wal_checkpoint(PASSIVE)'))
      .finally(() => {
        writing = undefined
        wroteAt = performance.now()
      })
    return writing
  }
  const bytes = () => fstatSync(log).size

  return {
    async sync() {
      try {
        await syncFile(log)
      } catch (cause) {
        throw new LabError('The database could not be synced to disk', { code: 'store_unavailable', status: 503, retryable: true, cause })
      }
      if (bytes() > longBytes && performance.now() - wroteAt > EVERY_MS) void begin()
    },
    async ready() {
      if (bytes() > TOO_LONG_BYTES) await begin()
    },
    async [Symbol.asyncDispose]() {
      await writing
      closeSync(log)
    },
  }
}

/** Writes the log back in a thread, on a connection of its own. */
function writeBackInThread(file: string): Promise<void> {
  const worker = new Worker(new URL('write-back-worker.ts', import.meta.url), { workerData: file, execArgv: [] })
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the thread ended with ${code}`))))
  })
}
