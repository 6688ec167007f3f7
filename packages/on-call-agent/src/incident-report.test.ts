import { expect, test } from 'vitest'
import { diagnosis } from '../test-parts/diagnosis.ts'
import type { IncidentWithTimeline, TimelineEvent } from './api.ts'
import { decisionsOf } from './incident-decisions.ts'
import { messageFates } from './incident-messages.ts'
import { incidentReport } from './incident-report.ts'

const PERSON = 'whatsapp:+15550100001'
const HOOK = 'https://hooks.example/oncall'
const at = (second: number) => new Date(Date.parse('2026-11-30T12:51:00Z') + second * 1_000).toISOString()
const timeline = (
  [
    [2, { kind: 'alert_firing', alertname: 'ErrorBurst', severity: 'critical', starts_at: at(0) }],
    [3, { kind: 'investigation_started', model: 'm' }],
    [5, { kind: 'tool_result', tool_call_id: 'c', name: 'fetch_logs', ok: true, duration_ms: 3, result: 'x' }],
    [9, { kind: 'diagnosis', made_by: 'model', diagnosis: diagnosis({ root_cause: 'The pool is full.' }) }],
    [9, { kind: 'message_queued', message_id: 7, to: PERSON, body: 'CRITICAL\n## not a heading', message_kind: 'page' }],
    [10, { kind: 'message_sent', message_id: 7, vendor_id: 'SM7', form: 'template' }],
    [11, { kind: 'message_undelivered', message_id: 7, code: '63016', reason: 'more than 24 hours' }],
    [11, { kind: 'message_queued', message_id: 8, to: HOOK, body: 'page', message_kind: 'page' }],
    [11, { kind: 'escalated', to: HOOK, message_id: 8, reason: 'undelivered' }],
    [12, { kind: 'message_sent', message_id: 8, vendor_id: 'h8' }],
    [13, { kind: 'message_delivered', message_id: 8 }],
    [40, { kind: 'message_read', message_id: 8 }],
    [60, { kind: 'message_received', from: PERSON, body: 'on it | thanks' }],
    [60, { kind: 'acknowledged', by: PERSON }],
    [61, { kind: 'snoozed', by: PERSON, until: at(661) }],
    [70, { kind: 'ticket_created', key: 'OPS-1', url: 'https://jira/browse/OPS-1', assignee: null }],
    [80, { kind: 'ticket_changed', change: 'close', key: 'OPS-1', by: PERSON, inbound_id: 3 }],
    [90, { kind: 'incident_resolved' }],
  ] as [number, TimelineEvent['event']][]
).map(([second, event], id): TimelineEvent => ({ id, incident_id: 'i', at: at(second), event }))

const incident = {
  id: 'i',
  ref: 'I1',
  service: 'inventory',
  severity: 'critical',
  status: 'resolved',
  opened_at: at(2),
  resolved_at: at(90),
  alerts: [{ alertname: 'ErrorBurst', starts_at: at(0), received_at: at(2), labels: {}, fingerprint: 'f', severity: 'critical' }],
  diagnosis: diagnosis({ root_cause: 'The pool is full.' }),
  ticket: null,
  hypotheses: [],
  actions: [],
  timeline,
} as unknown as IncidentWithTimeline // What the report reads.

test('the report names each decision, who made it, and what became of each message', () => {
  const report = incidentReport(incident)
  for (const line of [
    `- ${at(60)} ${PERSON}: acknowledged`,
    `- ${at(61)} ${PERSON}: no page until ${at(661)}`,
    `- ${at(11)} the agent: escalated to ${HOOK}: undelivered`,
    `- ${at(70)} the agent: ticket OPS-1, not assigned (https://jira/browse/OPS-1)`,
    `- ${at(80)} ${PERSON}: closed ticket OPS-1`,
    `- ${at(9)} **to ${PERSON}** (page; sent ${at(10)} as a template, failed: 63016: more than 24 hours): CRITICAL ## not a heading`,
    `- ${at(11)} **to ${HOOK}** (page; sent ${at(12)}, delivered ${at(13)}, read ${at(40)}): page`,
    `- ${at(60)} **from ${PERSON}**: on it | thanks`,
    `| read | ${at(40)} | 40.0 s |`,
    `| resolved | ${at(90)} | 1 min 30 s |`,
  ])
    expect(report.split('\n')).toContain(line)
})

test('no text of a person or a log makes a heading, and every event of the timeline says more than its kind', () => {
  const report = incidentReport(incident)
  expect(report.match(/^#+ .*$/gm)).toEqual([expect.any(String), '## Diagnosis', '## Clock', '## Decisions', '## Messages', '## Timeline'])
  const lines = report
    .slice(report.indexOf('## Timeline'))
    .split('\n')
    .filter((line) => line.startsWith('- '))
  expect(lines).toHaveLength(timeline.length)
  expect(lines.filter((line) => line.trim().split(' ').length < 4)).toEqual([expect.stringContaining('incident_resolved')])
})

test('as data: messages with their times, decisions with their people', () => {
  expect(messageFates(timeline)).toMatchObject([
    {
      id: 7,
      direction: 'out',
      person: PERSON,
      kind: 'page',
      sent_at: at(10),
      as_template: true,
      delivered_at: null,
      failure: '63016: more than 24 hours',
    },
    { id: 8, person: HOOK, delivered_at: at(13), read_at: at(40), failure: null },
    { id: null, direction: 'in', person: PERSON, body: 'on it | thanks' },
  ])
  expect(decisionsOf(timeline).map(({ by }) => by)).toEqual([null, null, PERSON, PERSON, null, PERSON, null])
})

test('a clock that was set back makes no negative duration', () => {
  const [first, ...others] = timeline
  const back = incidentReport({ ...incident, timeline: first ? [{ ...first, at: at(-600) }, ...others] : [] })
  expect(back).not.toMatch(/\| -\d/)
  expect(incidentReport({ ...incident, resolved_at: at(-600) })).not.toMatch(/\| -\d/)
})
