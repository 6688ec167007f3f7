import type { DeliveryError } from '../channels/channel.ts'

/** What follows a failed attempt. */
export type DeliveryDecision =
  | { kind: 'retry'; afterMs: number; reason: 'transient' | 'uncertain' }
  | { kind: 'give_up'; reason: 'refused' | 'too_old' }

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
/** A page that is older helps nobody. */
const GIVE_UP_AFTER_MS = 6 * 3_600_000

/** Doubling pauses of 1 s to 30 s for as long as the page is worth having; what the vendor refuses for good is not tried again. */
export function decideDelivery(error: Pick<DeliveryError, 'retryable' | 'uncertain'>, attempts: number, ageMs: number): DeliveryDecision {
  if (!error.retryable) return { kind: 'give_up', reason: 'refused' }
  if (ageMs > GIVE_UP_AFTER_MS) return { kind: 'give_up', reason: 'too_old' }
  const afterMs = Math.min(FIRST_DELAY_MS * 2 ** (attempts - 1), LONGEST_DELAY_MS)
  return { kind: 'retry', afterMs, reason: error.uncertain ? 'uncertain' : 'transient' }
}
