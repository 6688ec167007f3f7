import type { ReceivedAlert } from './alert-group.ts'

/** What is known of one episode of the alert's fingerprint. */
export interface KnownEpisode {
  id: number
  startsAt: string
  endsAt: string | null
}

/** What one alert of a webhook means for what is already known; `reason` is the metric's label. */
export type AlertDecision =
  /** A new firing; `supersedes` is an older episode whose end was never told. */
  | { kind: 'open'; supersedes: number | null; reason: 'new_episode' | 'refired_without_resolve' }
  /** A later episode whose firing was never seen is remembered closed beside. */
  | { kind: 'close'; episode: number; reason: 'resolved' | 'later_episode_resolved' }
  /** Remembered, so that a late firing of the same episode opens nothing. */
  | { kind: 'remember_closed'; reason: 'resolved_before_firing' }
  | { kind: 'ignore'; reason: 'repeated' | 'late' | 'resolved_again' }

/**
 * One episode is one (fingerprint, startsAt), however often, late or out of order its webhooks arrive.
 * `known` are the episodes of this fingerprint.
 */
export function decideAlert(alert: ReceivedAlert, known: KnownEpisode[]): AlertDecision {
  const same = known.find(({ startsAt }) => startsAt === alert.startsAt)
  const open = known.find(({ endsAt }) => endsAt === null)
  if (alert.status === 'resolved') {
    if (same)
      return same.endsAt === null ? { kind: 'close', episode: same.id, reason: 'resolved' } : { kind: 'ignore', reason: 'resolved_again' }
    if (open && open.startsAt < alert.startsAt) return { kind: 'close', episode: open.id, reason: 'later_episode_resolved' }
    return { kind: 'remember_closed', reason: 'resolved_before_firing' }
  }
  if (same) return { kind: 'ignore', reason: same.endsAt === null ? 'repeated' : 'late' }
  const newest =
    known
      .map(({ startsAt }) => startsAt)
      .sort()
      .at(-1) ?? ''
  if (newest > alert.startsAt) return { kind: 'ignore', reason: 'late' }
  return open
    ? { kind: 'open', supersedes: open.id, reason: 'refired_without_resolve' }
    : { kind: 'open', supersedes: null, reason: 'new_episode' }
}
