import { type Static, Type } from 'typebox'
import { describeActionEvent, isActionEvent, type TimelineEvent } from './api.ts'
import { Nullable } from './nullable.ts'

/** What somebody decided in an incident, or a rule of the agent did (`by` is null). */
export const Decision = Type.Object({ at: Type.String(), by: Nullable(Type.String()), what: Type.String() })
export type Decision = Static<typeof Decision>

/** The decisions of a timeline, in their order. */
export function decisionsOf(timeline: TimelineEvent[]): Decision[] {
  return timeline.flatMap(({ at, event }) => {
    const decided = decisionIn(event)
    return decided ? [{ at, ...decided }] : []
  })
}

const DECIDED = [
  'action_refused',
  'action_proposed',
  'action_approved',
  'action_denied',
  'action_expired',
  'action_void',
  'action_verified',
]

function decisionIn(event: TimelineEvent['event']): Omit<Decision, 'at'> | undefined {
  if (isActionEvent(event)) {
    if (!DECIDED.includes(event.kind)) return undefined
    const by = 'by' in event && typeof event.by === 'string' ? event.by : null
    return { by, what: describeActionEvent(event) }
  }
  switch (event.kind) {
    case 'acknowledged':
      return { by: event.by, what: 'acknowledged' }
    case 'snoozed':
      return { by: event.by, what: `no page until ${event.until}` }
    case 'called_false_alarm':
      return { by: event.by, what: 'called it a false alarm' }
    case 'ticket_changed':
      return { by: event.by, what: `${event.change === 'close' ? 'closed' : 'commented'} ticket ${event.key}` }
    case 'ticket_created':
      return { by: null, what: `ticket ${event.key}, ${event.assignee ? `assigned to ${event.assignee}` : 'not assigned'} (${event.url})` }
    case 'diagnosis':
      return { by: null, what: `diagnosis (${event.made_by}): ${event.diagnosis.root_cause}` }
    case 'escalated':
      return { by: null, what: `escalated to ${event.to}: ${event.reason.replaceAll('_', ' ')}` }
    case 'page_withheld':
      return { by: null, what: `page to ${event.to} withheld for the digest` }
    case 'incident_resolved':
      return { by: null, what: 'resolved: its last alert ended' }
    case 'incident_reopened':
      return { by: null, what: `opened again: ${event.reason}` }
    default:
      return undefined
  }
}
