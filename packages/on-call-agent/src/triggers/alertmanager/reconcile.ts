import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { triggerOf } from '../../incidents/received-alert.ts'
import type { OpenEpisode } from '../../store/alert-store.ts'
import type { ReconcileDependencies } from '../trigger.ts'
import type { AlertmanagerClient, AlertRulesClient, RuleStates } from './client.ts'
import { decideReconcile } from './decide-reconcile.ts'
import type { Heartbeat } from './heartbeat.ts'

interface AlertmanagerReconcileDependencies extends ReconcileDependencies {
  alertmanager: Pick<AlertmanagerClient, 'activeAlerts'>
  /** What an alert that it has sent has as its source. */
  source?: string
  prometheus: AlertRulesClient
  heartbeat?: Heartbeat
  staleAfterMs: number
  everyMs?: number
  /** Milliseconds; only differences count. */
  now?: () => number
  /** The time of day in milliseconds, as in what the store stamps. */
  clock?: () => number
}

/** What came by this trigger, or is its own alert about Alertmanager; what others opened they close. */
const OWN = ['alertmanager', 'watchdog']

/** What Alertmanager and Prometheus know, asked at one time. */
interface Round extends RuleStates {
  active: Map<string, string>
  ours: Set<string>
}

/**
 * Closes episodes whose resolve will never come: an alert that ends while Alertmanager is down is never told. The first round is made at once,
 * so that nothing joins what ended while no agent listened. Nothing is concluded from an Alertmanager or a Prometheus that does not answer.
 */
export async function runReconcile(deps: AlertmanagerReconcileDependencies, signal: AbortSignal): Promise<void> {
  const { onError, everyMs = 15_000, heartbeat } = deps
  const missedSince = new Map<number, number>()
  while (!signal.aborted) {
    try {
      await reconcileOnce(deps, missedSince, signal)
    } catch (error) {
      // An Alertmanager that comes back empty gets the whole time again to hear from Prometheus.
      missedSince.clear()
      if (!signal.aborted) onError(`reconciling: ${describeError(error)}`, error)
    }
    await heartbeat?.check().catch((error: unknown) => onError('looking for the heartbeat', error))
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}

async function reconcileOnce(deps: AlertmanagerReconcileDependencies, missedSince: Map<number, number>, signal: AbortSignal) {
  const { store, alertmanager, prometheus, heartbeat, source = '' } = deps
  const episodes = (await store.alerts.openEpisodes()).filter(({ source }) => OWN.includes(triggerOf(source)))
  if (episodes.length === 0 && !heartbeat) return
  const [active, rules] = await Promise.all([alertmanager.activeAlerts(signal), prometheus.alertnames(signal)])
  await heartbeat?.seen([...active.values()])
  const round: Round = { active, ...rules, ours: new Set([source, ...(await store.alerts.heldSources())]) }
  await markSeen(deps, episodes, round)
  await closeOver(deps, episodes, missedSince, round)
}

/** Tells the store which episodes can be joined; only what changes is written. */
async function markSeen({ store }: AlertmanagerReconcileDependencies, episodes: OpenEpisode[], { active, firing }: Round): Promise<void> {
  const known = (episode: OpenEpisode) => active.has(episode.fingerprint) || (episode.held && firing.has(episode.alertname))
  const held = episodes.filter((episode) => known(episode) && !(episode.held && episode.confirmed)).map(({ id }) => id)
  const missing = episodes.filter((episode) => episode.held && episode.confirmed && !known(episode)).map(({ id }) => id)
  if (held.length > 0) await store.alerts.markHeld(held)
  if (missing.length > 0) await store.alerts.markMissing(missing)
}

async function closeOver(
  { store, onClosed, staleAfterMs, now = () => performance.now(), clock = Date.now }: AlertmanagerReconcileDependencies,
  episodes: OpenEpisode[],
  missedSince: Map<number, number>,
  { active, firing, idle, ours }: Round,
): Promise<void> {
  const over: Record<'gone' | 'stale', OpenEpisode[]> = { gone: [], stale: [] }
  for (const episode of episodes) {
    const signs = { active: active.has(episode.fingerprint), firing: firing.has(episode.alertname) }
    if (signs.active || signs.firing) missedSince.delete(episode.id)
    else if (!missedSince.has(episode.id)) missedSince.set(episode.id, now())
    const decision = decideReconcile({
      ...signs,
      idle: idle.has(episode.alertname),
      ours: episode.held || (episode.source.includes(' ') && ours.has(episode.source)),
      missedForMs: now() - (missedSince.get(episode.id) ?? now()),
      unheardForMs: clock() - Date.parse(episode.lastSeenAt),
      staleAfterMs,
    })
    if (decision.kind === 'close') over[decision.reason].push(episode)
  }
  for (const reason of ['gone', 'stale'] as const) {
    if (over[reason].length === 0) continue
    const ids = over[reason].map(({ id }) => id)
    const outcomes = await store.alerts.endEpisodes(ids, reason)
    for (const episode of over[reason]) missedSince.delete(episode.id)
    await onClosed(outcomes)
  }
}
