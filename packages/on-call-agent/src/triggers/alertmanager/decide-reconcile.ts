import type { SeenEpisode } from './episode-signs.ts'

/** What is to be done about an open episode. */
export type ReconcileDecision =
  | { kind: 'keep'; reason: 'active' | 'still_firing' | 'waiting' | 'foreign' | 'out_of_sight' }
  | { kind: 'close'; reason: 'gone' | 'stale' }

/** What is known of an open episode. */
export interface EpisodeSigns extends SeenEpisode {
  /** Alertmanager answers; where it does not, Prometheus alone says what fires. */
  answers: boolean
  /** Our Alertmanager had it at least once, or its sender is one that had others. */
  ours: boolean
  /** Since when nobody who was asked has known of it. */
  missedForMs: number
  /** Since its newest firing webhook. */
  unheardForMs: number
  staleAfterMs: number
}

/** Prometheus sends a firing alert again every 1 m 15 s at most, so an Alertmanager that was restarted may know nothing for that long. */
const GONE_FOR_MS = 90_000
/** Where Prometheus itself has just found that nothing is wrong there is nothing to wait for but a second look. */
const IDLE_FOR_MS = 30_000
/** Without Alertmanager nobody but Prometheus keeps an alert alive, whose rules may be without samples for a moment, e.g. after its own restart. */
const ALONE_FOR_MS = 60_000

/**
 * An episode is over when neither Alertmanager nor Prometheus has known of it for 90 s, or for 30 s where its rules were seen at rest, and when Alertmanager does not
 * answer and Prometheus has not fired it for 60 s. That holds for what this Alertmanager has had: an alert of another sender is closed by that sender, or
 * once nothing was heard of it for long.
 */
export function decideReconcile({
  active,
  firing,
  idle,
  judged,
  answers,
  ours,
  missedForMs,
  unheardForMs,
  staleAfterMs,
}: EpisodeSigns): ReconcileDecision {
  if (active) return { kind: 'keep', reason: 'active' }
  if (!ours) return unheardForMs >= staleAfterMs ? { kind: 'close', reason: 'stale' } : { kind: 'keep', reason: 'foreign' }
  if (firing) return { kind: 'keep', reason: 'still_firing' }
  if (!judged) return { kind: 'keep', reason: 'out_of_sight' }
  const goneForMs = !answers ? ALONE_FOR_MS : idle ? IDLE_FOR_MS : GONE_FOR_MS
  return missedForMs >= goneForMs ? { kind: 'close', reason: 'gone' } : { kind: 'keep', reason: 'waiting' }
}
