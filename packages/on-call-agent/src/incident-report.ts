import { describeActionEvent, type IncidentWithTimeline, isActionEvent, type TimelineEvent, usageInWords } from './api.ts'

/** An incident as a page of Markdown, for a ticket or a review. */
export function incidentReport({
  ref,
  service,
  severity,
  status,
  opened_at,
  resolved_at,
  diagnosis,
  second_reading,
  usage,
  ticket,
  timeline,
}: IncidentWithTimeline): string {
  const lines = [
    `# ${ref}: ${plain(service)} (${plain(severity)})`,
    '',
    `Status: ${status}. Opened ${opened_at}${resolved_at ? `, resolved ${resolved_at}` : ''}.${ticket ? ` Ticket: ${ticket.key} (${ticket.url}).` : ''}`,
    ...(diagnosis
      ? [
          '',
          '## Diagnosis',
          '',
          `${plain(diagnosis.root_cause)} (${diagnosis.status}, confidence ${diagnosis.confidence})`,
          '',
          ...diagnosis.evidence.map(({ quote }) => `> ${plain(quote)}\n`),
          ...diagnosis.next_steps.map((step, i) => `${i + 1}. ${plain(step)}`),
          ...(second_reading ? ['', `Second reader (${plain(second_reading.reader)}) ${plain(second_reading.says)}`] : []),
        ]
      : []),
    ...(usage ? ['', `Usage: ${usageInWords(usage)}.`] : []),
    '',
    '## Timeline',
    '',
    ...timeline.map(({ at, event }) => `- ${at} ${describe(event)}`),
  ]
  return `${lines.join('\n')}\n`
}

/** One line, so that no log line can pass for a heading of ours. */
const plain = (text: string) => text.replace(/\s+/g, ' ').trim()

function describe(event: TimelineEvent['event']): string {
  switch (event.kind) {
    case 'alert_firing':
    case 'alert_resolved':
      return `${event.kind}: ${plain(event.alertname)}`
    case 'step':
      return `step: ${event.tool_calls.map(({ name }) => name).join(', ') || plain(event.content ?? '')}`
    case 'tool_result':
      return `${event.name}: ${plain(event.summary ?? event.result.slice(0, 200))}`
    case 'message_received':
    case 'message_queued':
      return `${event.kind}: ${plain(event.body)}`
    case 'diagnosis':
      return `diagnosis: ${plain(event.diagnosis.root_cause)}`
    case 'phase':
      return `phase: ${event.phase}${event.summary ? `: ${plain(event.summary)}` : ''}`
    case 'hypotheses':
      return `hypotheses: ${event.hypotheses.map(({ cause, status, confidence }) => `${cause} ${status} ${confidence}`).join(', ')}`
    case 'usage':
      return `usage: ${usageInWords(event)}`
    case 'second_reading':
      return `second_reading: ${plain(event.says)}`
    case 'ticket_created':
      return `ticket_created: ${event.key}`
    default:
      return isActionEvent(event) ? plain(describeActionEvent(event)) : event.kind
  }
}
