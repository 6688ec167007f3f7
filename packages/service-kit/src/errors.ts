/** What every thrown fault of the lab carries. */
interface LabErrorOptions {
  /** Stable, machine-readable, snake_case. */
  code: string
  /** The HTTP status that tells a caller of ours about it. */
  status: number
  /** True when the same call may succeed later without a change. */
  retryable?: boolean
  /** The input field at fault, e.g. `body.replicas`. */
  field?: string
  cause?: unknown
}

/** An error with a stable code, the HTTP status that fits it, and whether trying again makes sense. */
export class LabError extends Error {
  override readonly name: string = 'LabError'
  readonly code: string
  readonly status: number
  readonly retryable: boolean
  readonly field: string | undefined

  constructor(message: string, { code, status, retryable = false, field, cause }: LabErrorOptions) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = status
    this.retryable = retryable
    this.field = field
  }
}

/** The caller's input is wrong; `field` says where, the message says what was expected. */
export function badInput(field: string, expected: string): LabError {
  return new LabError(`${field} ${expected}`, { code: 'invalid_request', status: 400, field })
}

/** What the caller names does not exist. */
export function notFound(message: string): LabError {
  return new LabError(message, { code: 'not_found', status: 404 })
}

/** The request is understood and cannot be carried out in the present state. */
export function conflict(message: string): LabError {
  return new LabError(message, { code: 'conflict', status: 409 })
}

/** A remote system failed, or could not be asked. `upstreamStatus` is its HTTP status where it gave one. */
export class UpstreamError extends LabError {
  override readonly name = 'UpstreamError'
  readonly upstreamStatus: number | undefined

  constructor(message: string, options: Omit<LabErrorOptions, 'status'> & { upstreamStatus?: number }) {
    super(message, { ...options, status: 502 })
    this.upstreamStatus = options.upstreamStatus
  }
}

/** The message of anything that was thrown, with the messages of its causes. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A connection tried on several addresses fails with an AggregateError whose own message is empty.
  const own = error instanceof AggregateError && !error.message ? error.errors.map(describeError).join('; ') : error.message
  return error.cause === undefined ? own : `${own}: ${describeError(error.cause)}`
}
