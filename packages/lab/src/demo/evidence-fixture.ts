import type { IncidentWithTimeline, TimelineEvent } from '@oncall-lab/on-call-agent/api'
import type { Evidence } from './evidence.ts'

/** The RFC 3339 time so many seconds after the fault. */
const after = (seconds: number): string => new Date(Date.parse('2026-01-01T12:00:00Z') + seconds * 1_000).toISOString()

const EVENTS: [seconds: number, event: TimelineEvent['event']][] = [
  [10.5, { kind: 'alert_firing', alertname: 'InventoryErrorBurst', severity: 'critical', starts_at: after(9) }],
  [10.6, { kind: 'investigation_started', model: 'oncall-rules-1' }],
  [
    10.7,
    {
      kind: 'step',
      content: null,
      tool_calls: [
        { id: 'c1', name: 'fetch_logs', arguments: '{"seconds":60,"limit":50}' },
        { id: 'c2', name: 'compute_error_rate', arguments: '{}' },
      ],
    },
  ],
  [10.8, { kind: 'tool_result', tool_call_id: 'c1', name: 'fetch_logs', ok: true, duration_ms: 12, result: '{}' }],
  [10.9, { kind: 'tool_result', tool_call_id: 'c2', name: 'compute_error_rate', ok: true, duration_ms: 9, result: '{}' }],
  [
    11,
    {
      kind: 'diagnosis',
      made_by: 'model',
      diagnosis: { status: 'diagnosed', root_cause: 'x', confidence: 0.9, evidence: [], priority: 'high', next_steps: ['y'] },
    },
  ],
  [11.1, { kind: 'message_queued', message_id: 1, to: 'whatsapp:+15550100001', body: 'I1: x' }],
  [11.5, { kind: 'message_sent', message_id: 1, vendor_id: 'SM1' }],
  [12, { kind: 'message_received', from: 'whatsapp:+15550100001', body: 'create Jira task' }],
  [13, { kind: 'ticket_created', key: 'OPS-1', url: 'http://127.0.0.1:8089/jira/browse/OPS-1', assignee: 'Ravi Kumar' }],
  [13.1, { kind: 'message_queued', message_id: 2, to: 'whatsapp:+15550100001', body: 'OPS-1 is there' }],
  [13.2, { kind: 'message_sent', message_id: 2, vendor_id: 'SM2' }],
  [40, { kind: 'alert_resolved', alertname: 'InventoryErrorBurst', ends_at: after(38), source: 'alertmanager' }],
  [40.25, { kind: 'incident_resolved' }],
]

/** Evidence in which no link is missing; `without` leaves events of these kinds out. */
export function completeEvidence(without: TimelineEvent['event']['kind'][] = []): Evidence {
  const timeline = EVENTS.map(([seconds, event], index) => ({
    id: index + 1,
    incident_id: 'i',
    at: after(seconds),
    event: structuredClone(event),
  }))
  const incident: IncidentWithTimeline = {
    id: 'i',
    ref: 'I1',
    html_url: 'http://127.0.0.1:8087/incidents/I1',
    status: 'resolved',
    severity: 'critical',
    service: 'inventory',
    hypotheses: [],
    alerts: [
      {
        alertname: 'InventoryErrorBurst',
        severity: 'critical',
        summary: '',
        labels: { alertname: 'InventoryErrorBurst', service: 'inventory' },
        fingerprint: 'f',
        starts_at: after(9),
        received_at: after(10.5),
        ends_at: after(38),
      },
    ],
    opened_at: after(10.5),
    diagnosed_at: after(11),
    resolved_at: after(40.25),
    diagnosis: null,
    ticket: null,
    timeline: timeline.filter(({ event }) => !without.includes(event.kind)),
    actions: [],
  }
  return {
    wantedAlerts: ['InventoryErrorBurst'],
    firstErrorAt: after(0),
    fired: ['InventoryErrorBurst'],
    incident,
    messages: [
      { sid: 'SM1', body: 'I1: x' },
      { sid: 'SM2', body: 'OPS-1 is there' },
    ],
    issue: { key: 'OPS-1', summary: 's', assignee: 'Ravi Kumar' },
    asksJira: true,
    wantedAssignee: 'Ravi',
    firingAtEnd: [],
  }
}
