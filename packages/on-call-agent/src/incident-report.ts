import { describeActionEvent, type IncidentWithTimeline, isActionEvent, type TimelineEvent, usageInWords } from './api.ts'
import { clockOf } from './incident-clock.ts'
import { decisionsOf } from './incident-decisions.ts'
import { type MessageFate, messageFates } from './incident-messages.ts'

/** An incident as a page of Markdown: a draft of a review with its clock, decisions, messages and whole timeline. */
export function incidentReport({
  ref,
  service,
  severity,
  status,
  opened_at,
  resolved_at,
  alerts,
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
    ...section(
      'Clock',
      table(
        ['moment', 'at', 'after'],
        clockOf({ alerts, timeline, resolved_at }).map(({ what, at, after }) => [what, at, after]),
      ),
    ),
    ...section(
      'Decisions',
      decisionsOf(timeline).map(({ at, by, what }) => `- ${at} ${by === null ? 'the agent' : plain(by)}: ${plain(what)}`),
    ),
    ...section('Messages', messageFates(timeline).flatMap(messageLines)),
    '',
    '## Timeline',
    '',
    ...timeline.map(({ at, event }) => `- ${at} ${describe(event)}`),
  ]
  return `${lines.join('\n')}\n`
}

/** A heading and what is below it; nothing for nothing. */
const section = (title: string, lines: string[]) => (lines.length > 0 ? ['', `## ${title}`, '', ...lines] : [])

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.map((cell) => plain(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return rows.length > 0 ? [line(head), line(head.map(() => '---')), ...rows.map(line)] : []
}

function messageLines({ direction, person, kind, body, at, sent_at, delivered_at, read_at, failure, as_template }: MessageFate): string[] {
  if (direction === 'in') return [`- ${at} **from ${plain(person)}**: ${plain(body)}`]
  const fate = [
    sent_at && `sent ${sent_at}${as_template ? ' as a template' : ''}`,
    delivered_at && `delivered ${delivered_at}`,
    read_at && `read ${read_at}`,
    failure && `failed: ${plain(failure)}`,
  ].filter((word) => typeof word === 'string')
  return [`- ${at} **to ${plain(person)}** (${kind ?? 'message'}; ${fate.join(', ') || 'not sent yet'}): ${plain(body)}`]
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
      return `message_received from ${plain(event.from)}: ${plain(event.body)}`
    case 'message_queued':
      return `message_queued ${event.message_id} to ${plain(event.to)}: ${plain(event.body)}`
    case 'message_sent':
      return `message_sent ${event.message_id} as ${event.vendor_id}${event.form ? ` (${event.form})` : ''}`
    case 'message_delivered':
    case 'message_read':
      return `${event.kind} ${event.message_id}`
    case 'message_undelivered':
      return `message_undelivered ${event.message_id}: ${event.code} ${plain(event.reason ?? '')}`
    case 'message_failed':
      return `message_failed ${event.message_id}: ${event.code} ${plain(event.message)}${event.final ? '' : ' (tried again)'}`
    case 'acknowledged':
    case 'called_false_alarm':
      return `${event.kind} by ${plain(event.by)}`
    case 'snoozed':
      return `snoozed by ${plain(event.by)} until ${event.until}`
    case 'escalated':
      return `escalated to ${plain(event.to)}: ${event.reason}`
    case 'page_withheld':
      return `page_withheld from ${plain(event.to)}`
    case 'digested':
      return `digested for ${plain(event.to)}: ${event.incidents} incidents`
    case 'investigation_started':
      return `investigation_started with ${plain(event.model)}`
    case 'investigation_failed':
      return `investigation_failed: ${event.reason}: ${plain(event.message)}`
    case 'struck_out':
      return `struck_out: ${plain(event.parts.join('; '))}`
    case 'ticket_attempt':
      return `ticket_attempt: ${event.state}`
    case 'ticket_changed':
      return `ticket_changed: ${event.change} ${event.key} by ${plain(event.by)}`
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
