/** What a supervisor does about a process that ended by itself. */
export type RestartDecision = { kind: 'restart'; afterMs: number; reason: 'first_exit' | 'repeated_exit' }

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 8_000

/** A process that has run this long counts as healthy again, and its next exit as its first. */
export const STABLE_AFTER_MS = 30_000

/**
 * Exponential back-off: 0.5 s after a first exit, then doubling up to 8 s for each exit that follows without a stable run in between.
 * `quickExits` counts the exits since the last stable run, the present one included (so at least 1).
 */
export function decideRestart(quickExits: number): RestartDecision {
  const afterMs = Math.min(FIRST_DELAY_MS * 2 ** (quickExits - 1), LONGEST_DELAY_MS)
  return { kind: 'restart', afterMs, reason: quickExits === 1 ? 'first_exit' : 'repeated_exit' }
}
