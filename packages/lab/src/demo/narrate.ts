import { describeActionEvent, type TimelineEvent } from '@oncall-lab/on-call-agent/api'
import { clip, describeToolResult } from './tool-result-line.ts'

/** One line of the story: who, and what. `detail` lines follow below it, indented. */
export interface StoryLine {
  who: string
  what: string
  detail?: string[]
}

/** Tells one event of an incident; nothing for those that only bookkeeping needs. */
export function narrate({ event }: TimelineEvent): StoryLine[] {
  switch (event.kind) {
    case 'alert_firing':
      return [{ who: 'agent', what: `took the alert ${event.alertname} (${event.severity})` }]
    case 'alert_resolved':
      return [{ who: 'agent', what: `was told that ${event.alertname} is over` }]
    case 'investigation_started':
      return [{ who: 'agent', what: `investigates with ${event.model}` }]
    case 'step':
      return narrateStep(event)
    case 'tool_result':
      return [
        {
          who: 'function',
          what: `${event.name} (${event.duration_ms.toFixed(0)} ms): ${describeToolResult(event)}`,
        },
      ]
    case 'diagnosis':
      return [narrateDiagnosis(event)]
    case 'investigation_failed':
      return [{ who: 'agent', what: `ended the investigation without the model: ${event.reason}, ${event.message}` }]
    case 'message_received':
      return [{ who: 'phone', what: `the person writes: ${event.body}` }]
    case 'message_queued':
      return [
        { who: 'phone', what: `${event.to.startsWith('mailto:') ? 'mail' : 'WhatsApp'} to ${event.to}:`, detail: event.body.split('\n') },
      ]
    case 'message_failed':
      return [{ who: 'phone', what: `the message failed (${event.code}): ${event.message}` }]
    case 'ticket_created':
      return [{ who: trackerOf(event.key), what: `${event.key} created, assigned to ${event.assignee ?? 'nobody'}: ${event.url}` }]
    case 'digested':
      return [{ who: 'phone', what: `${event.incidents} incidents in one line, to ${event.to}` }]
    case 'page_withheld':
      return [{ who: 'phone', what: `no page of its own: ${event.to} got enough of them; the next digest tells` }]
    case 'escalated':
      return [
        {
          who: 'phone',
          what: `${ESCALATED[event.reason]}: now ${event.to}`,
        },
      ]
    case 'snoozed':
      return [{ who: 'phone', what: `no page to ${event.by} until ${event.until}` }]
    case 'called_false_alarm':
      return [{ who: 'phone', what: `${event.by} calls it a false alarm` }]
    case 'ticket_changed':
      return [
        {
          who: trackerOf(event.key),
          what: `${event.key}: ${event.change === 'close' ? 'to be closed' : 'a comment'}, asked for by ${event.by}`,
        },
      ]
    case 'acknowledged':
      return [{ who: 'phone', what: `${event.by} is on it` }]
    case 'incident_resolved':
      return [{ who: 'agent', what: 'closed the incident' }]
    case 'incident_reopened':
      return [{ who: 'agent', what: 'reopened the incident: its alert comes and goes' }]
    case 'message_undelivered':
      return [{ who: 'phone', what: `the message did not arrive (${event.code})` }]
    case 'action_refused':
    case 'action_proposed':
    case 'action_approved':
    case 'action_denied':
    case 'action_expired':
    case 'action_void':
    case 'action_started':
    case 'action_ran':
    case 'action_verified':
    case 'action_undone':
    case 'action_failed':
    case 'action_unknown':
      return [{ who: 'action', what: clip(describeActionEvent(event)) }]
    case 'phase':
      return event.summary ? [{ who: 'agent', what: event.summary }] : []
    case 'hypotheses':
      return [{ who: 'model', what: `considers ${event.hypotheses.map(({ cause, status }) => `${cause} (${status})`).join(', ')}` }]
    case 'second_reading':
      return [{ who: 'rules', what: clip(`reads it again and ${event.says}`) }]
    case 'struck_out':
    case 'usage':
    case 'message_sent':
    case 'ticket_attempt':
    case 'message_delivered':
    case 'message_read':
      return []
  }
}

const trackerOf = (key: string) => (/^INC\d/.test(key) ? 'ServiceNow' : 'Jira')

function narrateStep({ content, tool_calls }: Extract<TimelineEvent['event'], { kind: 'step' }>): StoryLine[] {
  const said = content?.trim() ? [{ who: 'model', what: clip(content) }] : []
  const calls = tool_calls.map(({ name, arguments: given }) => ({ who: 'model', what: clip(`calls ${name}(${given})`) }))
  return [...said, ...calls]
}

function narrateDiagnosis({ diagnosis, made_by }: Extract<TimelineEvent['event'], { kind: 'diagnosis' }>): StoryLine {
  const where = diagnosis.affected_file ? `${diagnosis.affected_file}${diagnosis.line_number ? `:${diagnosis.line_number}` : ''}` : null
  return {
    who: made_by === 'model' ? 'model' : 'agent',
    what: `${diagnosis.status} (confidence ${diagnosis.confidence.toFixed(2)}): ${diagnosis.root_cause}`,
    detail: [
      ...(where ? [`where:    ${where}`] : []),
      ...diagnosis.evidence.map(({ quote }) => `evidence: ${clip(quote)}`),
      ...diagnosis.next_steps.map((step) => `next:     ${clip(step)}`),
    ],
  }
}

const ESCALATED = {
  undelivered: 'the page does not get through',
  no_answer: 'nobody has answered',
  snooze_over: 'the snooze is over',
} as const
