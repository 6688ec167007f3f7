/** What the failure of a call that was to change something says about a second try. */
export type Claim =
  /** Nothing happened; the same call may succeed later. */
  | 'retryable'
  /** It may have happened: to be looked up before it is repeated. */
  | 'uncertain'
  /** Nothing happened, and the same call will not succeed. */
  | 'final'

/** A failed call as its caller sees it. */
export interface FailedCall {
  claim: Claim
  /** True when only somebody's doing can mend it (credentials, permissions, an address): worth trying again, but slowly. */
  slow: boolean
  /** How long the other side asks to wait. */
  retryAfterMs: number | undefined
}

/** Refusals of the call as it is. Every other 4xx can pass: a token is being exchanged, a permission set, a limit over. */
const REFUSED = [400, 405, 410, 411, 413, 414, 415, 422]

/**
 * The claim of an HTTP answer that is no success. A server that failed (5xx) or did not wait for the end (408) may have done it all the same.
 * A 2xx that cannot be read, or a redirect, is uncertain too.
 */
export function claimOfStatus(status: number, retryAfter?: string | null, now = Date.now()): FailedCall {
  const retryAfterMs = readRetryAfter(retryAfter, now)
  if (status === 408 || status >= 500 || status < 400) return { claim: 'uncertain', slow: false, retryAfterMs }
  if (REFUSED.includes(status)) return { claim: 'final', slow: false, retryAfterMs }
  return { claim: 'retryable', slow: status !== 429, retryAfterMs }
}

/** Whether a call that changes nothing may succeed later as it is, after this answer: the other side is slow, busy or broken, and not at odds with the call. */
export const mayPass = (status: number): boolean => status === 408 || status === 429 || status >= 500

/** Codes of Node and undici that stand for a connection that was never made: nothing was sent. */
const NEVER_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

/** The claim of a call without an answer: only a connection that was never made tells that nothing happened. */
export function claimWithoutAnswer(error: unknown): FailedCall {
  const claim = codesOf(error).some((code) => NEVER_CONNECTED.includes(code)) ? 'retryable' : 'uncertain'
  return { claim, slow: false, retryAfterMs: undefined }
}

/** Codes are found at the error itself, at its causes, and where several addresses were tried, at each of them. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  if (error instanceof AggregateError) {
    const each = error.errors.map(codesOf)
    // One address that was reached is enough for doubt.
    return each.every((codes) => codes.some((code) => NEVER_CONNECTED.includes(code))) ? each.flat() : []
  }
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : []
  return [...own, ...codesOf(error.cause)]
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date (RFC 9110, 10.2.3); at most an hour. Undefined when absent or unreadable. */
export function readRetryAfter(header: string | null | undefined, now = Date.now()): number | undefined {
  if (!header) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 3_600_000)
}
