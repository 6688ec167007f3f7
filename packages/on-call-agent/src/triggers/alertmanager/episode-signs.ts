import type { OpenEpisode } from '../../store/alert-store.ts'
import type { Labels, RuleStates } from './client.ts'

/** What Alertmanager and Prometheus say of an episode at one time. */
export interface SeenEpisode {
  /** Alertmanager has it. */
  active: boolean
  /** Prometheus fires it, or cannot be known not to. */
  firing: boolean
  /** Prometheus has evaluated the rules of its name, and none of them waits or fires. */
  idle: boolean
  /** Whether it was there to be seen: without Alertmanager only what Prometheus has a rule for is. */
  judged: boolean
}

/** Where Alertmanager answers: it knows the very episode, and Prometheus its name. */
export function signsOfBoth(active: Map<string, string>, { firing, idle }: RuleStates): (episode: OpenEpisode) => SeenEpisode {
  return ({ fingerprint, alertname }) => ({
    active: active.has(fingerprint),
    firing: firing.has(alertname),
    idle: idle.has(alertname),
    judged: true,
  })
}

/**
 * Where Prometheus alone answers: its alerts have no fingerprint and lack the labels that are added on their way to Alertmanager, so an episode
 * fires when it has all labels of an alert that fires, and few others. An alert that fits no episode may be any of its name, whose labels were changed on their way.
 */
export function signsOfPrometheus(
  { fired, idle }: RuleStates,
  episodes: OpenEpisode[],
  labels: Map<number, Labels>,
): (episode: OpenEpisode) => SeenEpisode {
  const byName = Map.groupBy(episodes, ({ alertname }) => alertname)
  const firing = new Set<number>()
  for (const [name, alerts] of fired) {
    const known = (byName.get(name) ?? []).map(({ id }) => id)
    for (const alert of known.length > 0 ? alerts : []) {
      const fitting = closest(
        known.filter((id) => fits(alert, labels.get(id) ?? {})),
        (id) => Object.keys(labels.get(id) ?? {}).length,
      )
      for (const id of fitting.length > 0 ? fitting : known) firing.add(id)
    }
  }
  return ({ id, alertname }) => ({
    active: false,
    firing: firing.has(id),
    idle: idle.has(alertname),
    judged: fired.has(alertname),
  })
}

/** Those with the fewest labels beside. */
function closest(ids: number[], labelsOf: (id: number) => number): number[] {
  const fewest = Math.min(...ids.map(labelsOf))
  return ids.filter((id) => labelsOf(id) === fewest)
}

const fits = (alert: Labels, episode: Labels) => Object.entries(alert).every(([name, value]) => episode[name] === value)
