import type { DeliveryError } from '../channels/channel.ts'

/** What follows a failed attempt. */
export type DeliveryDecision =
  | { kind: 'retry'; afterMs: number; reason: 'transient' | 'uncertain' | 'refused_for_now' }
  | { kind: 'give_up'; reason: 'refused' | 'too_old' }

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
/** For what somebody has to mend first: a token, a permission. */
const LONGEST_SLOW_DELAY_MS = 300_000
/** A page that is older helps nobody. */
const GIVE_UP_AFTER_MS = 6 * 3_600_000

type Failure = Pick<DeliveryError, 'retryable' | 'uncertain' | 'slow' | 'retryAfterMs'>

/**
 * Pauses that double from a second to half a minute (to five minutes for what somebody has to mend), never shorter than the vendor asks for, for as
 * long as the page is worth having. Only what is wrong with the message itself is given up at once.
 */
export function decideDelivery(
  { retryable, uncertain, slow, retryAfterMs = 0 }: Failure,
  attempts: number,
  ageMs: number,
): DeliveryDecision {
  if (!retryable) return { kind: 'give_up', reason: 'refused' }
  if (ageMs > GIVE_UP_AFTER_MS) return { kind: 'give_up', reason: 'too_old' }
  const longest = slow ? LONGEST_SLOW_DELAY_MS : LONGEST_DELAY_MS
  const afterMs = Math.max(Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts - 1, 20), longest), retryAfterMs)
  return { kind: 'retry', afterMs, reason: uncertain ? 'uncertain' : slow ? 'refused_for_now' : 'transient' }
}
