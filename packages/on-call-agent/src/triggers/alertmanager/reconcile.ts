import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { ReconcileDependencies } from '../trigger.ts'
import type { AlertmanagerClient, FiringAlertsClient } from './client.ts'

/** What is to be done about an episode that Alertmanager was asked about. */
export type ReconcileDecision = { kind: 'keep'; reason: 'active' | 'still_firing' | 'waiting' } | { kind: 'close'; reason: 'gone' }

/** Prometheus sends a firing alert again every 1 m 15 s at most, so an Alertmanager that was restarted may know nothing for that long. */
const GONE_FOR_MS = 90_000

/** An episode is over when neither Alertmanager (`active`) nor Prometheus (`firing`) has known of it for 90 s. */
export function decideReconcile({
  active,
  firing,
  missedForMs,
}: {
  active: boolean
  firing: boolean
  missedForMs: number
}): ReconcileDecision {
  if (active) return { kind: 'keep', reason: 'active' }
  if (firing) return { kind: 'keep', reason: 'still_firing' }
  return missedForMs >= GONE_FOR_MS ? { kind: 'close', reason: 'gone' } : { kind: 'keep', reason: 'waiting' }
}

interface AlertmanagerReconcileDependencies extends ReconcileDependencies {
  alertmanager: AlertmanagerClient
  prometheus: FiringAlertsClient
  everyMs?: number
  /** Milliseconds. */
  now?: () => number
}

/**
 * Closes episodes whose resolve will never come: an alert that ends while Alertmanager is down is never told. Nothing is concluded from an
 * Alertmanager or a Prometheus that does not answer.
 */
export async function runReconcile(
  { store, alertmanager, prometheus, onClosed, onError, everyMs = 15_000, now = Date.now }: AlertmanagerReconcileDependencies,
  signal: AbortSignal,
): Promise<void> {
  const missedSince = new Map<number, number>()
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    try {
      const episodes = await store.alerts.openEpisodes()
      if (episodes.length === 0) continue
      const [active, firing] = await Promise.all([alertmanager.activeFingerprints(signal), prometheus.firingAlertnames(signal)])
      for (const episode of episodes) {
        const seen = active.has(episode.fingerprint) || firing.has(episode.alertname)
        if (seen) missedSince.delete(episode.id)
        const since = seen ? now() : (missedSince.get(episode.id) ?? now())
        if (!seen) missedSince.set(episode.id, since)
        const decision = decideReconcile({
          active: active.has(episode.fingerprint),
          firing: firing.has(episode.alertname),
          missedForMs: now() - since,
        })
        if (decision.kind === 'close') {
          await store.alerts.endEpisode(episode.id)
          missedSince.delete(episode.id)
          onClosed(episode)
        }
      }
    } catch (error) {
      // An Alertmanager that comes back empty gets the whole time again to hear from Prometheus.
      missedSince.clear()
      if (!signal.aborted) onError(`reconciling: ${describeError(error)}`, error)
    }
  }
}
