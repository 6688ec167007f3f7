import type { Static } from 'typebox'
import type { ACTION_EVENTS } from './action-record.ts'

/** One of the events that a timeline holds of actions. */
export type ActionEvent = Static<(typeof ACTION_EVENTS)[number]>

/** An action's event in one line. */
export function describeActionEvent(event: ActionEvent): string {
  switch (event.kind) {
    case 'action_refused':
      return `${event.action} was refused: ${event.message}`
    case 'action_proposed':
      return `${event.action_id} proposed (${event.level}): ${event.says} ${event.reason}`
    case 'action_approved':
      return `${event.action_id} approved by ${event.by} (${event.permission})`
    case 'action_denied':
      return `${event.action_id} denied by ${event.by}${event.reason === null ? '' : `: ${event.reason}`}`
    case 'action_expired':
      return `${event.action_id} expired: nobody approved it`
    case 'action_void':
      return `${event.action_id} is void: ${event.reason}`
    case 'action_started':
      return `${event.action_id} started: ${event.says}`
    case 'action_ran':
      return `${event.action_id} ran: ${event.output}${event.due === undefined ? '' : ` ${event.due}`}`
    case 'action_verified':
      return `${event.action_id} ${event.outcome.replace('_', ' ')}: ${event.message}`
    case 'action_undone':
      return `${event.action_id} undone (${event.outcome}): ${event.output}`
    case 'action_failed':
      return `${event.action_id} failed: ${event.reason}`
    case 'action_unknown':
      return `${event.action_id}: nobody can tell whether it ran: ${event.reason}`
  }
}

/** Whether a timeline's event is one of an action. */
export function isActionEvent<E extends { kind: string }>(event: E): event is E & ActionEvent {
  return event.kind.startsWith('action_')
}
