import { LabError } from '@oncall-lab/service-kit/errors'

/** The database cannot be used now (503, retryable); `cause` is the driver's own error. */
export class StorageUnavailable extends LabError {
  override readonly name = 'StorageUnavailable'

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'storage_unavailable', status: 503, retryable: true, cause })
  }
}

/** What the driver says without a code. Read in pg 8.23 (lib/client.js) and pg-pool 3.14 (index.js). */
const BY_MESSAGE: [RegExp, string][] = [
  [/^timeout exceeded when trying to connect/, 'pool_timeout'],
  [/^Connection terminated due to connection timeout|^timeout expired/, 'connect_timeout'],
  [/^Connection terminated|not queryable|Client was closed/, 'connection_lost'],
  [/^Query read timeout/, 'query_timeout'],
]

/** Nothing is wrong with the statement: the way to the database is gone, or it takes nobody now. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNAVAILABLE = /^(08...|53300|57P0[123]|E[A-Z_]+|pool_timeout|connect_timeout|connection_lost|query_timeout)$/

/** The codes whose series exist from the start. */
export const KNOWN_CODES = [
  ...['08006', '28P01', '53300', '55P03', '57014', '57P01', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'],
  ...BY_MESSAGE.map(([, code]) => code),
]

/** SQLSTATE, Node's code, one of ours for what the driver says without one, or `unknown`. */
export function codeOfError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return BY_MESSAGE.find(([words]) => words.test(error.message))?.[1] ?? 'unknown'
}

/** True when the same call may succeed later or on another instance. */
export function isUnavailable(code: string): boolean {
  return UNAVAILABLE.test(code)
}
