import { describeActionEvent, type TimelineEvent } from '../../api.ts'

/** A work note about one event; its mark tells whether it stands in the record already. */
export interface WorkNote {
  mark: string
  text: string
}

/** What people at the service desk want to follow, in the order in which it happened. */
export function decideNotes(ref: string, timeline: readonly TimelineEvent[]): WorkNote[] {
  return timeline.flatMap(({ id, event }) => {
    const text = textOf(ref, event)
    const mark = `[oncall ${ref}/${id}]`
    return text === undefined ? [] : [{ mark, text: `${text}\n${mark}` }]
  })
}

function textOf(ref: string, event: TimelineEvent['event']): string | undefined {
  switch (event.kind) {
    case 'investigation_started':
      return `The on-call agent works on it as ${ref}.`
    case 'diagnosis': {
      const { status, root_cause, confidence, next_steps } = event.diagnosis
      const steps = next_steps.map((step) => `- ${step}`).join('\n')
      return `${event.made_by === 'model' ? 'Diagnosis' : 'What is known without a model'} (${status}, ${Math.round(confidence * 100)} % sure): ${root_cause}\nNext:\n${steps}`
    }
    case 'action_proposed':
    case 'action_approved':
    case 'action_denied':
    case 'action_ran':
    case 'action_verified':
    case 'action_failed':
    case 'action_unknown':
      return describeActionEvent(event)
    default:
      return undefined
  }
}

/** What closes the record: an action that helped, as the world was read afterwards; undefined while nothing did. */
export function decideClosing(timeline: readonly TimelineEvent[]): string | undefined {
  const last = timeline.findLast(({ event }) => event.kind === 'action_verified')?.event
  if (last?.kind !== 'action_verified' || last.outcome !== 'verified') return undefined
  const made = timeline.findLast(({ event }) => event.kind === 'diagnosis')?.event
  const cause = made?.kind === 'diagnosis' ? `${made.diagnosis.root_cause}\n` : ''
  return `${cause}${last.action} was carried out with permission. ${last.message}`
}
