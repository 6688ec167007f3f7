import { LabError } from '@oncall-lab/service-kit/errors'
import { covering } from '../../coverage.ts'
import { defineTool } from '../../functions/tool.ts'
import { AlertExpressionArgs, AlertExpressionResult } from '../../look-functions.ts'
import { windowOver } from '../../scrape-pace.ts'
import type { PrometheusClient } from './client.ts'
import { scrapeSecondsOf } from './scrape-seconds.ts'
import { splitComparison } from './split-comparison.ts'

/** With scrapes every five seconds. */
const BEFORE_SECONDS = 300
const MOST_SECONDS = 21_600
const POINTS = 14
const MOST_SERIES = 3
const EXPRESSION_CHARS = 800

/** `get_alert_expression`: the rule behind an alert, and its value from before the onset until now. */
export function getAlertExpression(prometheus: PrometheusClient) {
  return defineTool({
    name: 'get_alert_expression',
    description:
      "The alert's rule: its expression, threshold and state, whether it is true at this moment, and the course of the compared value from five minutes before the onset (less where scrapes are close together).",
    parameters: AlertExpressionArgs,
    result: AlertExpressionResult,
    async run({ alertname }, { incident, signal }): Promise<AlertExpressionResult> {
      const name = alertname ?? incident.alerts[0]?.alertname
      if (name === undefined) throw new LabError('The incident has no alert; name one', { code: 'no_alert', status: 400 })
      const rule = (await prometheus.rules(signal)).find((each) => each.type === 'alerting' && each.name === name)
      if (!rule) throw new LabError(`Prometheus has no rule for the alert ${name}`, { code: 'no_such_rule', status: 404 })
      const starts = incident.alerts.filter((each) => each.alertname === name).map(({ starts_at }) => Date.parse(starts_at))
      const onset = starts.length > 0 ? Math.min(...starts) : Date.now()
      const before = windowOver(BEFORE_SECONDS, await scrapeSecondsOf(prometheus, incident.service, signal))
      const seconds = Math.min(MOST_SECONDS, Math.max(before, (Date.now() - onset) / 1_000 + before))
      const compared = splitComparison(rule.query)
      const [now, course] = await Promise.all([
        prometheus.query(rule.query, signal),
        prometheus.queryRange(compared?.value ?? rule.query, seconds, POINTS - 1, signal),
      ])
      return {
        ...covering(Math.round(seconds), Math.max(0, course.length - MOST_SERIES)),
        alertname: name,
        expression: rule.query.slice(0, EXPRESSION_CHARS),
        for_seconds: rule.duration ?? 0,
        threshold: compared?.threshold ?? null,
        state: rule.state ?? 'unknown',
        rule_health: rule.health,
        rule_error: rule.lastError || null,
        true_now: now.length > 0,
        course: course.slice(0, MOST_SERIES).map(({ labels, points }) => ({
          labels,
          points: points.map(([at, value]) => [
            new Date(at * 1_000).toISOString().slice(0, 19).concat('Z'),
            value === null ? null : Number(value.toPrecision(4)),
          ]),
        })),
      }
    },
    summarise: ({ alertname, true_now, threshold, rule_error }) =>
      rule_error
        ? `The rule of ${alertname} cannot be evaluated: ${rule_error}.`
        : `${alertname} is ${true_now ? '' : 'not '}true at this moment${threshold ? ` (${threshold})` : ''}.`,
  })
}
