import type { ReceivedAlert } from './received-alert.ts'

/** What is known of one episode of the alert. */
export interface KnownEpisode {
  id: number
  startsAt: string
  /** When its end was stored, by our clock; null while it is open. */
  closedAt: string | null
}

/** What one alert of a webhook means for what is already known; `reason` is the metric's label. */
export type AlertDecision =
  /** A new firing; `supersedes` is an older episode whose end was never told. */
  | {
      kind: 'open'
      supersedes: number | null
      reason: 'new_episode' | 'refired_without_resolve' | 'older_start_fires' | 'refired_with_same_start'
    }
  /** `episodes` end. A later episode whose firing was never seen is remembered closed beside. */
  | { kind: 'close'; episodes: number[]; reason: 'resolved' | 'later_episode_resolved' }
  /** Remembered, so that a late firing of the same episode opens nothing. */
  | { kind: 'remember_closed'; reason: 'resolved_before_firing' }
  | { kind: 'ignore'; episode: number; reason: 'repeated' | 'late' | 'resolved_again' }

/**
 * A firing that comes so long after the end of its episode is no late webhook: Prometheus was cut off from Alertmanager, which took the alert
 * for resolved, and now it fires on with its first `startsAt`.
 */
const LATE_WITHIN_MS = 60_000

/** A start so far ahead of our clock says nothing about order. */
const AHEAD_MS = 60_000

/**
 * One episode is one (alert, startsAt), however often, late or out of order its webhooks arrive. Webhooks count in the order of their receipt:
 * `startsAt` is of another clock and tells episodes apart; it never silences a firing. `known` are the episodes of this alert.
 */
export function decideAlert(alert: ReceivedAlert, known: KnownEpisode[], now: Date): AlertDecision {
  const newest = known.toSorted((a, b) => b.id - a.id)[0]
  if (alert.once && newest) return { kind: 'ignore', episode: newest.id, reason: 'repeated' }
  const same = known.filter(({ startsAt }) => startsAt === alert.startsAt).sort((a, b) => b.id - a.id)[0]
  const open = known.filter(({ closedAt }) => closedAt === null)
  return alert.status === 'resolved' ? decideResolved(alert, same, open, now) : decideFiring(alert, same, open, now)
}

function decideFiring(alert: ReceivedAlert, same: KnownEpisode | undefined, open: KnownEpisode[], now: Date): AlertDecision {
  if (same && same.closedAt === null) return { kind: 'ignore', episode: same.id, reason: 'repeated' }
  if (same?.closedAt) {
    // Negative when our clock was set back: that proves nothing.
    const sinceMs = now.getTime() - Date.parse(same.closedAt)
    const isLate = open.length > 0 || (sinceMs >= 0 && sinceMs < LATE_WITHIN_MS)
    return isLate
      ? { kind: 'ignore', episode: same.id, reason: 'late' }
      : { kind: 'open', supersedes: null, reason: 'refired_with_same_start' }
  }
  if (open.length === 0) return { kind: 'open', supersedes: null, reason: 'new_episode' }
  const older = open.find(({ startsAt }) => startsAt < alert.startsAt)
  return older
    ? { kind: 'open', supersedes: older.id, reason: 'refired_without_resolve' }
    : { kind: 'open', supersedes: null, reason: 'older_start_fires' }
}

function decideResolved(alert: ReceivedAlert, same: KnownEpisode | undefined, open: KnownEpisode[], now: Date): AlertDecision {
  const older = open.filter(({ startsAt }) => startsAt < alert.startsAt)
  if (same?.closedAt) return { kind: 'ignore', episode: same.id, reason: 'resolved_again' }
  if (same) {
    const received = older.filter(({ id }) => id < same.id)
    return { kind: 'close', episodes: [...received, same].map(({ id }) => id), reason: 'resolved' }
  }
  const isPlausible = Date.parse(alert.startsAt) <= now.getTime() + AHEAD_MS
  if (isPlausible && older.length > 0) return { kind: 'close', episodes: older.map(({ id }) => id), reason: 'later_episode_resolved' }
  return { kind: 'remember_closed', reason: 'resolved_before_firing' }
}
