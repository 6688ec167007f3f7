/** Why an exchange with a backend failed; also the `reason` label of load_balancer_upstream_failures_total. */
export const FAILURE_REASONS = ['connect_failed', 'connect_timeout', 'read_timeout', 'connection_lost', 'bad_answer', 'cut_short'] as const
export type FailureReason = (typeof FAILURE_REASONS)[number]

/** How far an exchange had come when it failed. */
export interface FailedExchange {
  method: string
  /** Undici's or the system's error code. */
  code: string
  /** True as soon as a byte of the request may have left. */
  sent: boolean
  hasBody: boolean
  /** True when the answer's head has gone to the caller. */
  answered: boolean
  /** True when a backend is left that this request has not tried. */
  backendLeft: boolean
}

/** What to do about a failed exchange. */
export type FailoverDecision =
  | { kind: 'retry'; reason: FailureReason }
  | { kind: 'answer'; status: 502 | 504; reason: FailureReason }
  /** The caller has part of the answer: only closing its connection tells that the rest is missing. */
  | { kind: 'cut'; reason: FailureReason }

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/**
 * A request that was never sent may go to another backend, whatever its method. Once sent, only GET, HEAD and OPTIONS without a body may,
 * and only when the backend broke off: a slow answer is not asked for twice.
 */
export function decideFailover(failed: FailedExchange): FailoverDecision {
  const reason = classify(failed)
  if (failed.answered) return { kind: 'cut', reason }
  const mayRepeat = !failed.sent || (reason === 'connection_lost' && SAFE_METHODS.has(failed.method) && !failed.hasBody)
  if (mayRepeat && failed.backendLeft) return { kind: 'retry', reason }
  return { kind: 'answer', status: reason === 'read_timeout' || reason === 'connect_timeout' ? 504 : 502, reason }
}

function classify({ code, sent, answered }: FailedExchange): FailureReason {
  if (!sent) return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' ? 'connect_timeout' : 'connect_failed'
  if (answered) return 'cut_short'
  if (TIMEOUT_CODES.has(code)) return 'read_timeout'
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE' ? 'connection_lost' : 'bad_answer'
}
