/** Whether an alert that fires again reopens its last incident. */
export type FlapDecision = { kind: 'reopen'; reason: 'flapping' } | { kind: 'new'; reason: 'steady' | 'off' }

/** Ends that are older are another story. */
const WITHIN_MS = 10 * 60_000
/** An alert that was over for longer did not flap. */
const GAP_MS = 120_000

/**
 * An alert flaps when it has ended `after` times within ten minutes and fires again within two. `ends` are the times when the ends of its
 * episodes were stored, by our clock. `after` 0 is off.
 */
export function decideFlap(ends: Date[], now: Date, after: number): FlapDecision {
  if (after === 0) return { kind: 'new', reason: 'off' }
  const ages = ends.map((end) => now.getTime() - end.getTime()).filter((age) => age >= 0 && age <= WITHIN_MS)
  return ages.length >= after && Math.min(...ages) <= GAP_MS ? { kind: 'reopen', reason: 'flapping' } : { kind: 'new', reason: 'steady' }
}
