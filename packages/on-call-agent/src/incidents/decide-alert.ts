import type { ReceivedAlert } from './received-alert.ts'

/** What is known of one episode of the alert's fingerprint. */
export interface KnownEpisode {
  id: number
  startsAt: string
  endsAt: string | null
}

/** What one alert of a webhook means for what is already known; `reason` is the metric's label. */
export type AlertDecision =
  /** A new firing; `supersedes` is an older episode whose end was never told. */
  | { kind: 'open'; supersedes: number | null; reason: 'new_episode' | 'refired_without_resolve' | 'refired_with_same_start' }
  /** A later episode whose firing was never seen is remembered closed beside. */
  | { kind: 'close'; episode: number; reason: 'resolved' | 'later_episode_resolved' }
  /** Remembered, so that a late firing of the same episode opens nothing. */
  | { kind: 'remember_closed'; reason: 'resolved_before_firing' }
  | { kind: 'ignore'; reason: 'repeated' | 'late' | 'resolved_again' }

/**
 * A firing that comes so long after the end of its episode is no late webhook: Prometheus was cut off from Alertmanager, which took the alert
 * for resolved, and now it fires on with its first `startsAt`.
 */
const LATE_WITHIN_MS = 60_000

/**
 * One episode is one (fingerprint, startsAt), however often, late or out of order its webhooks arrive.
 * `known` are the episodes of this fingerprint.
 */
export function decideAlert(alert: ReceivedAlert, known: KnownEpisode[], now: Date): AlertDecision {
  const same = known.filter(({ startsAt }) => startsAt === alert.startsAt).sort((a, b) => b.id - a.id)[0]
  const open = known.find(({ endsAt }) => endsAt === null)
  if (alert.status === 'resolved') {
    if (same)
      return same.endsAt === null ? { kind: 'close', episode: same.id, reason: 'resolved' } : { kind: 'ignore', reason: 'resolved_again' }
    if (open && open.startsAt < alert.startsAt) return { kind: 'close', episode: open.id, reason: 'later_episode_resolved' }
    return { kind: 'remember_closed', reason: 'resolved_before_firing' }
  }
  if (same?.endsAt === null) return { kind: 'ignore', reason: 'repeated' }
  if (same) {
    const isLate = now.getTime() - Date.parse(same.endsAt) < LATE_WITHIN_MS || open !== undefined
    return isLate ? { kind: 'ignore', reason: 'late' } : { kind: 'open', supersedes: null, reason: 'refired_with_same_start' }
  }
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
