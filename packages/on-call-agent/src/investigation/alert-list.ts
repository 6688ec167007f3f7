import type { Episode, Incident } from '../api.ts'
import { shorten } from '../channels/shorten.ts'

/** Alerts of an incident that a model is given in full; of a larger group it gets these and the counts of all. */
const IN_FULL = 20
/** All alerts in full together, as JSON. */
const CHARS = 8_000
/** Values of a label or instances that are counted by name. */
const COUNTED = 20
const SUMMARY_CHARS = 500
const LABELS = 30
const LABEL_CHARS = 200

/** An incident's alerts as JSON for a model: the first in full, of a large group also how many there are by name, severity and instance. */
export function alertList({ alerts, service }: Pick<Incident, 'alerts' | 'service'>): string {
  const shown: object[] = []
  let chars = 0
  for (const alert of alerts.slice(0, IN_FULL)) {
    const inFull = describeAlert(alert, service)
    chars += JSON.stringify(inFull, null, 1).length
    if (shown.length > 0 && chars > CHARS) break
    shown.push(inFull)
  }
  if (shown.length === alerts.length) return JSON.stringify({ alerts: shown }, null, 1)
  const counts = {
    all: alerts.length,
    firing: alerts.filter(({ ends_at }) => ends_at === null).length,
    by_alertname: countBy(alerts, ({ alertname }) => alertname),
    by_severity: countBy(alerts, ({ severity }) => severity),
    by_instance: countBy(alerts, ({ labels }) => labels.instance ?? 'none'),
  }
  return JSON.stringify({ alerts: shown, truncatedAlerts: alerts.length - shown.length, counts }, null, 1)
}

function describeAlert({ alertname, severity, summary, labels, starts_at, ends_at }: Episode, service: string): object {
  return {
    alertname,
    severity,
    service,
    summary: shorten(summary, SUMMARY_CHARS),
    starts_at,
    resolved_at: ends_at,
    labels: Object.fromEntries(
      Object.entries(labels)
        .slice(0, LABELS)
        .map(([name, value]) => [name, shorten(value, LABEL_CHARS)]),
    ),
  }
}

/** The most frequent values and how often each occurs; what is left over is counted together. */
function countBy(alerts: Episode[], read: (alert: Episode) => string): Record<string, number> {
  const counts = new Map<string, number>()
  for (const alert of alerts) {
    const value = shorten(read(alert), LABEL_CHARS)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a)
  const rest = sorted.slice(COUNTED).reduce((sum, [, count]) => sum + count, 0)
  return Object.fromEntries([...sorted.slice(0, COUNTED), ...(rest > 0 ? [['others', rest] as const] : [])])
}
