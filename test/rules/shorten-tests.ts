import { FASTER } from '@oncall-lab/lab/clock'
import { secondsOf, shortenDuration } from '@oncall-lab/lab/clock/shorten-duration'
import { isAboutProcesses, PROCESS_SECONDS, shortenText } from '@oncall-lab/lab/clock/shorten-rules'
import { parse, stringify } from 'yaml'

/** A rule as far as the tests' times depend on it. */
interface Rule {
  alert?: string
  expr: string
  for?: string
}

interface RuleTest {
  interval: string
  input_series: { series: string; values: string }[]
  alert_rule_test?: {
    eval_time: string
    alertname: string
    exp_alerts?: { exp_annotations: { summary: string } }[]
  }[]
  promql_expr_test?: { eval_time: string }[]
}

/**
 * The same tests for the fast clock: each step holds what it held and takes a fifth of the time, so each alert has to fire and to stay silent as usual.
 * An alert that waits for processes may come as much later as its rule waits longer than a fifth. `most` keeps the first ones only.
 */
export function shortenTests(tests: string, rules: readonly Rule[], most = Number.POSITIVE_INFINITY): string {
  const file = parse(tests) as { evaluation_interval: string; tests: RuleTest[] } // As promtool documents it, and checks.
  file.tests = file.tests.slice(0, most)
  for (const test of file.tests) {
    test.interval = shortenDuration(test.interval)
    for (const series of test.input_series)
      if (/^process_(cpu|start_time)_seconds/.test(series.series)) series.values = fifth(series.values)
    for (const check of test.promql_expr_test ?? []) check.eval_time = shortenDuration(check.eval_time)
    for (const check of test.alert_rule_test ?? []) {
      const waits = check.exp_alerts ? longerWait(rules.filter(({ alert }) => alert === check.alertname)) : 0
      check.eval_time = `${secondsOf(check.eval_time) / FASTER + waits}s`
      for (const { exp_annotations } of check.exp_alerts ?? []) exp_annotations.summary = shortenSummary(exp_annotations.summary)
    }
  }
  return stringify({ ...file, evaluation_interval: shortenDuration(file.evaluation_interval) }, { lineWidth: 0 })
}

function longerWait(rules: readonly Rule[]): number {
  const waits = rules.filter(({ expr }) => isAboutProcesses(expr)).map((rule) => secondsOf(rule.for ?? '0s'))
  return Math.max(0, ...waits.map((usual) => Math.max(usual / FASTER, Math.min(usual, PROCESS_SECONDS)) - usual / FASTER))
}

/** Seconds of the clock: a fifth of each number of promtool's notation, `a`, `a+bxn`. */
function fifth(values: string): string {
  return values.replaceAll(/(?<=^|[\s+-])(\d+(?:\.\d+)?)(?=[x+\s-]|$)/g, (number) => String(Number((Number(number) / FASTER).toFixed(6))))
}

/** What a summary says of a rate is five times as much in the same unit. */
function shortenSummary(summary: string): string {
  return shortenText(summary).replaceAll(
    /(\d+(?:\.\d+)?)((?: MB)? a (?:second|minute))/g,
    (_, value: string, unit: string) => `${(Number(value) * FASTER).toFixed(/\./.test(value) ? 1 : 0)}${unit}`,
  )
}
