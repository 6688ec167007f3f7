import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'

/** SQLite's primary result codes of a file that cannot be used now. https://www.sqlite.org/rescode.html */
const UNUSABLE = new Set([
  5, // SQLITE_BUSY
  6, // SQLITE_LOCKED
  8, // SQLITE_READONLY
  10, // SQLITE_IOERR
  11, // SQLITE_CORRUPT
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
  26, // SQLITE_NOTADB
])

/** What a caller is told: 503, to be tried again, when the database file cannot be used; every other error is passed on as it is. */
export function explainFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || !UNUSABLE.has(Number(error.errcode) & 0xff)) return error
  return new LabError(`The database cannot be used: ${error.message}`, {
    code: 'store_unavailable',
    status: 503,
    retryable: true,
    cause: error,
  })
}

/** Knows whether the database can be written. */
export interface Trouble {
  /** What is wrong with it; undefined when it works. */
  now(): string | undefined
  /** Passes the promise on, and notes when it failed because the database cannot be used. */
  watch<T>(work: Promise<T>): Promise<T>
}

/** After a failure `probe` is tried every second until it can write again: health must not wait for somebody's next write. */
export function createTrouble(probe: () => Promise<unknown>, everyMs = 1_000): Trouble {
  let trouble: string | undefined

  const heal = async () => {
    while (trouble !== undefined) {
      await sleep(everyMs, undefined, { ref: false })
      try {
        await probe()
        trouble = undefined
      } catch (error) {
        // A store that was closed needs no probe.
        if (!(error instanceof LabError)) return
        trouble = describeError(error.cause)
      }
    }
  }
  return {
    now: () => trouble,
    async watch(work) {
      try {
        return await work
      } catch (error) {
        if (error instanceof LabError && error.code === 'store_unavailable') {
          const isFirst = trouble === undefined
          trouble = describeError(error.cause)
          if (isFirst) void heal()
        }
        throw error
      }
    },
  }
}
