/** What is done next about an attempt of which nobody knows whether it went out. */
export type LookDecision =
  | { kind: 'look'; afterMs: number; reason: 'not_settled' | 'could_not_ask' }
  | { kind: 'repeat'; reason: 'not_there' | 'cannot_be_asked' }

/** When the vendor is asked, as parts of the time that it may hold a request: 2 s, 10 s and 30 s of 30 s. */
const LOOKS = [1 / 15, 1 / 3, 1]
/** A vendor that answers no question for so many times that long is not waited for: a page twice is better than none. */
const CANNOT_BE_ASKED = 20

/** How far the asking is; `failures` counts questions without an answer since the last one with one. */
export interface Asking {
  elapsedMs: number
  /** Questions that were answered with "not there". */
  looks: number
  failures: number
  /** For how long the vendor may hold a request whose caller has gone. */
  settleMs: number
}

/** The vendor is asked three times over `settleMs`, the last time at its end; only then is the message sent once more. */
export function decideLook({ elapsedMs, looks, failures, settleMs }: Asking): LookDecision {
  const planned = LOOKS[looks]
  if (planned === undefined) return { kind: 'repeat', reason: 'not_there' }
  if (failures > 0 && elapsedMs > settleMs * CANNOT_BE_ASKED) return { kind: 'repeat', reason: 'cannot_be_asked' }
  const shortestMs = settleMs / 15
  const wait = Math.max(planned * settleMs - elapsedMs, looks > 0 ? shortestMs : 0)
  if (failures === 0) return { kind: 'look', afterMs: wait, reason: 'not_settled' }
  return { kind: 'look', afterMs: Math.max(wait, Math.min(shortestMs * 2 ** failures, settleMs)), reason: 'could_not_ask' }
}
