import { LabError } from '@oncall-lab/service-kit/errors'

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
