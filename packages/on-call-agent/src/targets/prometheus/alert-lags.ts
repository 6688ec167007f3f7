import type { AlertLag } from '../../actions/sli.ts'
import type { Incident } from '../../api.ts'
import type { Rule } from './client.ts'
import { lookbackOf } from './rule-lookback.ts'

/**
 * How long each of the incident's alerts can fire on after its cause is gone, by the rules that Prometheus runs: what its rule looks back, over the rules that it reads, `keep_firing_for`, one
 * evaluation, and one scrape. Several rules of one name are told apart by their labels; where that fails the longest counts.
 */
export function alertLags(rules: readonly Rule[], alerts: Incident['alerts'], scrapeSeconds: number): AlertLag[] {
  const lags = new Map<string, AlertLag>()
  for (const { alertname, labels } of alerts) {
    const named = rules.filter(({ type, name }) => type === 'alerting' && name === alertname)
    const own = named.filter((rule) =>
      Object.entries(rule.labels ?? {}).every(([label, value]) => isTemplate(value) || labels[label] === value),
    )
    for (const rule of own.length > 0 ? own : named) {
      const lag = lagOf(rule, rules, scrapeSeconds)
      const known = lags.get(alertname)
      if (!known || (lag.seconds ?? Number.POSITIVE_INFINITY) > (known.seconds ?? Number.POSITIVE_INFINITY)) lags.set(alertname, lag)
    }
  }
  return [...lags.values()]
}

const isTemplate = (value: string) => value.includes('{{')

function lagOf(rule: Rule, rules: readonly Rule[], scrapeSeconds: number): AlertLag {
  try {
    const looksBackSeconds = lookbackOf(rule.query, chained(rules, [rule]))
    const seconds = looksBackSeconds + (rule.keepFiringFor ?? 0) + (rule.everySeconds ?? 0) + scrapeSeconds
    return { alertname: rule.name, looksBackSeconds, seconds }
  } catch {
    // PromQL that is newer than the grammar.
    return { alertname: rule.name, looksBackSeconds: null, seconds: null }
  }
}

/** What is recorded is as old as one evaluation, and what it was recorded from is older. `within` ends a circle. */
function chained(rules: readonly Rule[], within: readonly Rule[]) {
  return (metric: string, alertname: string | undefined): number => {
    const isAlert = metric === 'ALERTS' || metric === 'ALERTS_FOR_STATE'
    const read = rules.filter(({ type, name }) =>
      isAlert ? type === 'alerting' && name === alertname : type === 'recording' && name === metric,
    )
    return Math.max(
      0,
      ...read
        .filter((rule) => !within.includes(rule))
        .map((rule) => lookbackOf(rule.query, chained(rules, [...within, rule])) + (rule.keepFiringFor ?? 0) + (rule.everySeconds ?? 0)),
    )
  }
}
