/** Why an exchange with a backend failed; also the `reason` label of load_balancer_upstream_failures_total and load_balancer_retries_total. */
export const FAILURE_REASONS = ['connect_failed', 'connect_timeout', 'read_timeout', 'connection_lost', 'bad_answer', 'cut_short'] as const
export type FailureReason = (typeof FAILURE_REASONS)[number]

/** How far an exchange had come when it failed. */
export interface FailedExchange {
  method: string
  reason: FailureReason
  /** A byte of the request may have left: it was written to a connection that stood. */
  sent: boolean
  /** The request can be sent again as it was: it has no body, or one that is held whole. */
  replayable: boolean
  /** A byte of the answer has come. */
  answerBegun: boolean
  /** The answer's head has gone to the caller. */
  answered: boolean
  /** The request may go to one more backend, and another one is left. */
  backendLeft: boolean
}

/** What to do about a failed exchange. */
export type FailoverDecision =
  | { kind: 'retry'; reason: FailureReason }
  | { kind: 'answer'; status: 502 | 503 | 504; reason: FailureReason }
  /** The caller has part of the answer: only closing its connection tells that the rest is missing. */
  | { kind: 'cut'; reason: FailureReason }

/** RFC 9110 §9.2.2, as far as the shop speaks it. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/**
 * A request goes to one other backend when nothing of an answer was received and doing it twice does no harm: because it was not sent, or because its
 * method is idempotent. A connection that the backend closes in the moment of sending counts as sent. A slow backend's work is not given to a
 * second one: what takes too long here takes too long there, and doubles the load when there is too much of it. With `resendsAlways`, by a setting of the
 * fleet, whatever can be sent again is, done before or not.
 */
export function decideFailover(failed: FailedExchange, resendsAlways = false): FailoverDecision {
  const { reason } = failed
  if (failed.answered) return { kind: 'cut', reason }
  const harmless =
    !failed.sent || (IDEMPOTENT.has(failed.method) && failed.replayable && !failed.answerBegun && reason === 'connection_lost')
  const isSentAgain = harmless || (resendsAlways && failed.replayable)
  if (isSentAgain && failed.backendLeft) return { kind: 'retry', reason }
  return { kind: 'answer', status: STATUS[reason], reason }
}

/** Nobody listening is "come back later" (503, as HAProxy and Envoy answer it), too slow is 504, and anything else 502. */
const STATUS = {
  connect_failed: 503,
  connect_timeout: 504,
  read_timeout: 504,
  connection_lost: 502,
  bad_answer: 502,
  cut_short: 502,
} as const satisfies Record<FailureReason, number>
