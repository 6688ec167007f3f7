import { createHash } from 'node:crypto'
import { dictionary } from '@oncall-lab/service-kit/dictionary'
import { LabError } from '@oncall-lab/service-kit/errors'
import { type Static, Type } from 'typebox'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { AlertsOfGroup } from './client.ts'
import { asJson, shortText, textRecord } from './text-record.ts'

const MOST_ALERTS = 20_000

/**
 * Alertmanager's webhook message, and what others send in its form (Grafana says version 1). Only the list is demanded; what each alert needs
 * is checked one by one.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const AlertGroup = Type.Object({ alerts: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MOST_ALERTS }) })
export type AlertGroup = Static<typeof AlertGroup>

/** An alert that cannot be used; `field` is within the alert at `index`. */
interface RejectedAlert {
  index: number
  field: string
  reason: string
}

/** A message in our terms. */
export interface ReadGroup {
  alerts: ReceivedAlert[]
  /** The name of each Watchdog alert that fires. */
  heartbeats: string[]
  rejected: RejectedAlert[]
  /** Alerts that the sender left out (`max_alerts`). */
  truncated: number
  group: AlertsOfGroup
  source: string
}

/** What alerts are grouped by, and which are heartbeats. */
export interface Grouping {
  /** The first of these labels that an alert has is its service. */
  serviceLabels: string[]
  /** Without one it is grouped by its name and those of these labels that it has. */
  fallbackLabels: string[]
  /** Names of alerts that always fire: they open nothing. */
  watchdogs: string[]
}

/** The body of a webhook. @throws LabError 400 that names what is wrong */
export function parseMessage(body: string): AlertGroup {
  const refuse = (what: string, field: string) => new LabError(what, { code: 'invalid_request', status: 400, field })
  let message: unknown
  try {
    message = JSON.parse(body)
  } catch {
    throw refuse('body must be JSON', 'body')
  }
  if (!isObject(message)) throw refuse('body must be an object', 'body')
  const { alerts } = message
  if (!Array.isArray(alerts)) throw refuse('body.alerts must be a list of alerts', 'body.alerts')
  if (alerts.length === 0) throw refuse('body.alerts must hold an alert', 'body.alerts')
  if (alerts.length > MOST_ALERTS)
    throw refuse(
      `body.alerts must hold ${MOST_ALERTS} alerts at most, got ${alerts.length}; set max_alerts in Alertmanager's webhook_config`,
      'body.alerts',
    )
  return { ...message, alerts }
}

/** Which Alertmanager it was, by the address that it gives as its own. */
export const sourceOf = (address: string | undefined) =>
  address === undefined ? 'alertmanager' : `alertmanager ${shortText(address, 300)}`

/** Every usable alert, and what is wrong with the others. */
export function readAlerts(group: AlertGroup, grouping: Grouping): ReadGroup {
  const message: Record<string, unknown> = group
  const source = sourceOf(typeof message.externalURL === 'string' ? message.externalURL : undefined)
  const read: ReadGroup = {
    source,
    group: { receiver: typeof message.receiver === 'string' ? message.receiver : '', groupLabels: textRecord(message.groupLabels) },
    alerts: [],
    heartbeats: [],
    rejected: [],
    truncated: Number.isInteger(message.truncatedAlerts) ? Math.max(0, Number(message.truncatedAlerts)) : 0,
  }
  for (const [index, value] of group.alerts.entries()) {
    const result = readAlert(value, { status: message.status, source }, grouping)
    if ('reason' in result) read.rejected.push({ index, ...result })
    else if (!grouping.watchdogs.includes(result.alertname)) read.alerts.push(result)
    else if (result.status === 'firing' && !read.heartbeats.includes(result.alertname)) read.heartbeats.push(result.alertname)
  }
  return read
}

/** Adds what the sender holds of the group and did not send; as many as a message may have. */
export function addLeftOut(read: ReadGroup, held: unknown[], grouping: Grouping): void {
  const sent = new Set(read.alerts.map(({ fingerprint }) => fingerprint))
  for (const value of held.slice(0, MOST_ALERTS)) {
    const result = readAlert(value, { status: 'firing', source: read.source }, grouping)
    if (!('reason' in result) && !sent.has(result.fingerprint)) read.alerts.push(result)
  }
}

function readAlert(
  value: unknown,
  message: { status: unknown; source: string },
  grouping: Grouping,
): ReceivedAlert | Omit<RejectedAlert, 'index'> {
  if (!isObject(value)) return { field: '', reason: 'must be an object' }
  const given = value.status ?? message.status
  const status = typeof given === 'string' ? STATUSES[given.toLowerCase()] : undefined
  if (!status) return { field: 'status', reason: `must be firing or resolved, got ${shown(value.status)}` }
  if (!isObject(value.labels) || Object.keys(value.labels).length === 0)
    return { field: 'labels', reason: `must be an object with a label, got ${shown(value.labels)}` }
  const startsAt = utc(value.startsAt)
  if (startsAt === undefined) return { field: 'startsAt', reason: `must be an RFC 3339 time, got ${shown(value.startsAt)}` }
  const labels = textRecord(value.labels)
  const annotations = textRecord(value.annotations)
  const alertname = shortText(labels.alertname ?? 'unnamed alert', 200)
  return {
    status,
    source: message.source,
    alertname,
    service: groupOf(labels, alertname, grouping),
    severity: shortText(labels.severity ?? 'unknown', 50),
    summary: annotations.summary ?? annotations.description ?? annotations.message ?? '',
    fingerprint: fingerprintOf(value.fingerprint, value.labels),
    labels,
    annotations,
    generatorUrl: typeof value.generatorURL === 'string' && value.generatorURL !== '' ? shortText(value.generatorURL, 2_000) : null,
    startsAt,
    // Alertmanager says year 1 while an alert fires.
    endsAt: status === 'resolved' ? (utc(value.endsAt) ?? null) : null,
  }
}

/** Also what Grafana's older webhooks say. */
const STATUSES = dictionary<ReceivedAlert['status']>({
  firing: 'firing',
  alerting: 'firing',
  resolved: 'resolved',
  ok: 'resolved',
})

/** What an alert has in common with others of the same cause. */
function groupOf(labels: Record<string, string>, alertname: string, { serviceLabels, fallbackLabels }: Grouping): string {
  const service = serviceLabels.map((name) => labels[name]).find(Boolean)
  const parts = service ? [service] : [alertname, ...fallbackLabels.flatMap((name) => labels[name] ?? [])]
  return shortText(parts.join(' '), 200)
}

/** The sender's, or else a hash of the labels in whatever order. */
function fingerprintOf(given: unknown, labels: object): string {
  if (typeof given === 'string' && given !== '' && given.length <= 100) return given
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  const all = asJson([typeof given === 'object' ? null : given || null, sorted], () =>
    asJson(sorted.map(([name, value]) => [name, asJson(value)])),
  )
  return createHash('sha256').update(all).digest('hex').slice(0, 32)
}

/** What Date makes of other texts is a guess: "about 5 o'clock, 2026" would be a year. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,20})?(Z|[+-]\d{2}:\d{2})$/i

function utc(time: unknown): string | undefined {
  const date = new Date(typeof time === 'string' && RFC_3339.test(time) ? time : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: unknown) => (value === undefined ? 'nothing' : shortText(asJson(value), 100))
