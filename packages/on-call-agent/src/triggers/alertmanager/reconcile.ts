import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { triggerOf } from '../../incidents/received-alert.ts'
import type { OpenEpisode } from '../../store/alert-store.ts'
import type { ReconcileDependencies } from '../trigger.ts'
import type { AlertmanagerClient, AlertRulesClient, RuleStates } from './client.ts'
import { decideReconcile } from './decide-reconcile.ts'
import { type SeenEpisode, signsOfBoth, signsOfPrometheus } from './episode-signs.ts'
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
interface Round {
  episodes: OpenEpisode[]
  /** Alertmanager answered. */
  answers: boolean
  signsOf: (episode: OpenEpisode) => SeenEpisode
  ours: Set<string>
}

/** What is remembered from round to round. */
interface Memory {
  missedSince: Map<number, number>
  answered: boolean
}

/**
 * Closes episodes whose resolve will never come: an alert that ends while Alertmanager is down is never told. The first round is made at once,
 * so that nothing joins what ended while no agent listened. While Alertmanager does not answer, Prometheus alone is believed; nothing is concluded while
 * that does not answer either.
 */
export async function runReconcile(deps: AlertmanagerReconcileDependencies, signal: AbortSignal): Promise<void> {
  const { onError, everyMs = 15_000, heartbeat } = deps
  const memory: Memory = { missedSince: new Map(), answered: true }
  while (!signal.aborted) {
    try {
      await reconcileOnce(deps, memory, signal)
    } catch (error) {
      memory.missedSince.clear()
      if (!signal.aborted) onError(`reconciling: ${describeError(error)}`, error)
    }
    await heartbeat?.check().catch((error: unknown) => onError('looking for the heartbeat', error))
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}

async function reconcileOnce(deps: AlertmanagerReconcileDependencies, memory: Memory, signal: AbortSignal) {
  const { store, alertmanager, prometheus, heartbeat, source = '', onError } = deps
  const episodes = (await store.alerts.openEpisodes()).filter(({ source }) => OWN.includes(triggerOf(source)))
  if (episodes.length === 0 && !heartbeat) return
  const [active, rules] = await Promise.all([
    alertmanager.activeAlerts(signal).catch((error: unknown) => {
      if (!signal.aborted) onError(`reconciling with Prometheus alone: ${describeError(error)}`, error)
    }),
    prometheus.alertnames(signal),
  ])
  // An Alertmanager that comes back empty gets the whole time again to hear from Prometheus.
  if (active && !memory.answered) memory.missedSince.clear()
  memory.answered = active !== undefined
  if (active) await heartbeat?.seen([...active.values()])
  const ours = new Set([source, ...(await store.alerts.heldSources())])
  const signsOf = active ? signsOfBoth(active, rules) : await alone(deps, episodes, rules)
  const round = { episodes, answers: memory.answered, signsOf, ours }
  await markSeen(deps, round)
  await closeOver(deps, round, memory)
}

async function alone({ store }: AlertmanagerReconcileDependencies, episodes: OpenEpisode[], rules: RuleStates) {
  const compared = episodes.filter(({ alertname }) => (rules.fired.get(alertname) ?? []).length > 0).map(({ id }) => id)
  return signsOfPrometheus(rules, episodes, compared.length > 0 ? await store.alerts.labelsOf(compared) : new Map())
}

/** Tells the store which episodes can be joined; only what changes is written. */
async function markSeen({ store }: AlertmanagerReconcileDependencies, { episodes, signsOf }: Round): Promise<void> {
  const known = (episode: OpenEpisode) => {
    const { active, firing } = signsOf(episode)
    return active || (episode.held && firing)
  }
  const held = episodes.filter((episode) => known(episode) && !(episode.held && episode.confirmed)).map(({ id }) => id)
  const missing = episodes
    .filter((episode) => episode.held && episode.confirmed && signsOf(episode).judged && !known(episode))
    .map(({ id }) => id)
  if (held.length > 0) await store.alerts.markHeld(held)
  if (missing.length > 0) await store.alerts.markMissing(missing)
}

async function closeOver(
  { store, onClosed, staleAfterMs, now = () => performance.now(), clock = Date.now }: AlertmanagerReconcileDependencies,
  { episodes, answers, signsOf, ours }: Round,
  { missedSince }: Memory,
): Promise<void> {
  const over: Record<'gone' | 'stale', OpenEpisode[]> = { gone: [], stale: [] }
  for (const episode of episodes) {
    const seen = signsOf(episode)
    if (seen.active || seen.firing) missedSince.delete(episode.id)
    else if (!missedSince.has(episode.id)) missedSince.set(episode.id, now())
    const decision = decideReconcile({
      ...seen,
      answers,
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
