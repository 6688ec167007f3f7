import { type Static, Type } from 'typebox'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'

const Labels = Type.Record(Type.String(), Type.String())

const Alert = Type.Object({
  status: Type.Enum(['firing', 'resolved']),
  labels: Labels,
  annotations: Type.Optional(Labels),
  /** RFC 3339. Only this differs when the same alert fires again. */
  startsAt: Type.String({ minLength: 20 }),
  /** `0001-01-01T00:00:00Z` while firing. */
  endsAt: Type.Optional(Type.String()),
  /** Hash of the labels. */
  fingerprint: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
})

/**
 * Alertmanager's webhook message, version 4; members we do not read are let through.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const AlertGroup = Type.Object({
  version: Type.Optional(Type.Literal('4')),
  groupKey: Type.Optional(Type.String()),
  status: Type.Optional(Type.Enum(['firing', 'resolved'])),
  alerts: Type.Array(Alert, { minItems: 1, maxItems: 20_000 }),
})
export type AlertGroup = Static<typeof AlertGroup>

/** A time that is no time; `path` is the field. */
export interface InvalidTime {
  path: string
  value: string
}

/** The group's alerts in our terms; an alert without a service belongs to its job. Every invalid time is reported instead of guessed. */
export function readAlerts(group: AlertGroup): { kind: 'alerts'; alerts: ReceivedAlert[] } | { kind: 'invalid'; invalid: InvalidTime } {
  const alerts: ReceivedAlert[] = []
  for (const [i, alert] of group.alerts.entries()) {
    const startsAt = utc(alert.startsAt)
    const endsAt = alert.status === 'resolved' && alert.endsAt !== undefined ? utc(alert.endsAt) : null
    if (startsAt === undefined) return { kind: 'invalid', invalid: { path: `body.alerts.${i}.startsAt`, value: alert.startsAt } }
    if (endsAt === undefined) return { kind: 'invalid', invalid: { path: `body.alerts.${i}.endsAt`, value: alert.endsAt ?? '' } }
    const { labels, annotations = {} } = alert
    alerts.push({
      status: alert.status,
      alertname: labels.alertname ?? 'unnamed alert',
      service: labels.service ?? labels.job ?? 'unknown',
      severity: labels.severity ?? 'none',
      summary: annotations.summary ?? annotations.description ?? '',
      fingerprint: alert.fingerprint ?? JSON.stringify(Object.entries(labels).sort()),
      labels,
      startsAt,
      endsAt,
    })
  }
  return { kind: 'alerts', alerts }
}

/** What Date makes of other texts is a guess: "about 5 o'clock, 2026" would be a year. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i

function utc(time: string): string | undefined {
  const date = new Date(RFC_3339.test(time) ? time : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
