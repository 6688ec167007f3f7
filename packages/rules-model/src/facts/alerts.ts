import { jsonValues } from '../json-in-text.ts'

/** One alert as far as it could be read out of the first message. */
export interface Alert {
  alertname: string
  severity: string
  service: string
  summary: string
  labels: Record<string, string>
  /** Milliseconds since 1970; undefined when the message does not say. */
  startsAt: number | undefined
  /** When it ended, as far as the message says that it has. */
  resolvedAt?: number | undefined
}

/** Finds the alerts in a text that holds JSON somewhere: objects with an `alertname` (their own or among their labels), at any depth. */
export function readAlerts(text: string): Alert[] {
  const found = jsonValues(text).flatMap(alertsWithin)
  const seen = new Set<string>()
  return found.filter((alert) => {
    const key = JSON.stringify(alert)
    return !seen.has(key) && seen.add(key)
  })
}

/** Whether no rule stands behind any of them: a person, or another program for one, told of it. Triggers other than Alertmanager give each their own key. */
export function isReported({ alerts }: { alerts: readonly Alert[] }): boolean {
  return alerts.length > 0 && alerts.every(({ labels }) => labels?.external_id !== undefined)
}

function alertsWithin(value: unknown): Alert[] {
  if (Array.isArray(value)) return value.flatMap(alertsWithin)
  if (!isRecord(value)) return []
  const labels = textEntries(value.labels)
  const own = textEntries(value)
  const alertname = own.alertname ?? labels.alertname
  if (alertname === undefined) return Object.values(value).flatMap(alertsWithin)
  const annotations = textEntries(value.annotations)
  return [
    {
      alertname,
      severity: own.severity ?? labels.severity ?? 'unknown',
      service: own.service ?? labels.service ?? labels.job ?? '',
      summary: own.summary ?? annotations.summary ?? '',
      labels,
      startsAt: readTime(own.starts_at ?? own.startsAt),
      ...resolved(own.resolved_at),
    },
  ]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textEntries(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])))
}

function readTime(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

function resolved(text: string | undefined): Pick<Alert, 'resolvedAt'> {
  const at = readTime(text)
  return at === undefined ? {} : { resolvedAt: at }
}
