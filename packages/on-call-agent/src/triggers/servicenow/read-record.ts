import { dictionary } from '@oncall-lab/service-kit/dictionary'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { ServiceNowRecord } from '../../servicenow/client.ts'
import { isOver } from '../../servicenow/states.ts'

/** Sources of this trigger begin with it. */
export const SOURCE = 'servicenow '
const PREFIX = 'servicenow-'

const SEVERITIES = dictionary<string>({ 1: 'critical', 2: 'critical', 3: 'warning', 4: 'info', 5: 'info' })
const TITLE_CHARS = 200
const SUMMARY_CHARS = 10_000

const line = (text: string, chars: number) =>
  text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, chars)

/** The record as it stands now: an alert that fires, or that is over. What the webhook claimed of it does not count. */
export function toAlert(record: ServiceNowRecord, instance: string, now: Date): ReceivedAlert {
  const number = record.value('number')
  const title = line(record.value('short_description'), TITLE_CHARS) || number
  const description = record.value('description').slice(0, SUMMARY_CHARS)
  const over = isOver(record.value('state'))
  const labels = {
    external_id: number,
    target: line(record.value('u_host') || record.shown('cmdb_ci'), TITLE_CHARS),
    ip_address: line(record.value('u_ip_address'), 100),
    priority: record.shown('priority'),
    category: line(record.shown('category'), 100),
    assignment_group: line(record.shown('assignment_group'), 100),
  }
  return {
    status: over ? 'resolved' : 'firing',
    source: `${SOURCE}${instance}`,
    alertname: title,
    service: line(record.value('u_service') || record.shown('business_service'), TITLE_CHARS) || `servicenow ${number}`,
    severity: SEVERITIES[record.value('priority')] ?? 'warning',
    summary: description.trim() === '' ? title : `${title}: ${description}`,
    fingerprint: `${PREFIX}${record.sysId}`,
    labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
    annotations: {},
    generatorUrl: null,
    startsAt: timeOf(record.value('opened_at')) ?? now.toISOString(),
    endsAt: over ? (timeOf(record.value('resolved_at') || record.value('closed_at')) ?? now.toISOString()) : null,
  }
}

/** `2026-11-30 03:14:07` in UTC, as it is stored. */
function timeOf(text: string): string | undefined {
  const at = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}Z`) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** The record's id out of an episode's fingerprint. */
export const sysIdOf = (fingerprint: string) => (fingerprint.startsWith(PREFIX) ? fingerprint.slice(PREFIX.length) : undefined)
