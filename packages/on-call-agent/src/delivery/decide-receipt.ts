/** A message is sent so often before its vendor's report that it did not arrive is the last word. */
const ATTEMPTS = 3
/** When a vendor that reports nothing is asked, in milliseconds after it accepted the message. Its callback comes within seconds. */
export const ASK_AFTER_MS = [10_000, 40_000, 150_000, 600_000, 3_600_000]

/** When a message that did not arrive is sent once more; null when it is not. `againAfterMs` is the channel's word that it can help. */
export function decideAgain(
  { againAfterMs }: { againAfterMs?: number | undefined },
  attempts: number,
  nowMs: number,
): { nextAttemptAt: Date | null; reason: 'can_help' | 'cannot_help' | 'tried_enough' } {
  if (againAfterMs === undefined) return { nextAttemptAt: null, reason: 'cannot_help' }
  if (attempts >= ATTEMPTS) return { nextAttemptAt: null, reason: 'tried_enough' }
  return { nextAttemptAt: new Date(nowMs + againAfterMs), reason: 'can_help' }
}
