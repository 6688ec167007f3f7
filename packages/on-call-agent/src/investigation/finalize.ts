import type { Incident, TimelineEvent } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import type { Store } from '../store/ports.ts'

const CAUSE_CHARS = 300

/** Ends the work on an incident that is over and was investigated: its last phase holds what came of it. Safe to repeat. */
export async function finalize({ incidents }: Pick<Store, 'incidents'>, incidentId: string): Promise<void> {
  const incident = await incidents.find(incidentId)
  if (!incident?.resolved_at || !incident.diagnosis || incident.phase === 'finalize') return
  await incidents.enterPhase(incidentId, 'finalize', summaryOf(incident, await incidents.timeline(incidentId)))
}

/** What a reader wants of a closed incident: how long, what it was, what was ruled out, what it took. */
function summaryOf({ opened_at, resolved_at, diagnosis, ticket }: Incident, timeline: TimelineEvent[]): string {
  const events = timeline.map(({ event }) => event)
  const minutes = Math.max(0, Date.parse(resolved_at ?? opened_at) - Date.parse(opened_at)) / 60_000
  const noted = events.flatMap((event) => (event.kind === 'hypotheses' ? [event.hypotheses] : [])).at(-1) ?? []
  const refuted = noted.flatMap(({ cause, status }) => (status === 'refuted' ? cause : []))
  const done = events.flatMap((event) => (event.kind === 'action_verified' ? `${event.action} (${event.outcome.replace('_', ' ')})` : []))
  const looks = events.filter(({ kind }) => kind === 'tool_result').length
  return [
    `Over after ${minutes < 1 ? `${Math.round(minutes * 60)} s` : `${Math.round(minutes)} min`}.`,
    diagnosis ? causeOf(diagnosis) : 'No diagnosis was made.',
    ...(refuted.length > 0 ? [`Ruled out: ${refuted.join(', ')}.`] : []),
    ...(done.length > 0 ? [`Done: ${done.join(', ')}.`] : []),
    ...(ticket ? [`Ticket ${ticket.key}.`] : []),
    `${looks} function calls.`,
  ].join(' ')
}

function causeOf({ cause, status, root_cause, confidence }: NonNullable<Incident['diagnosis']>): string {
  if (status === 'inconclusive') return 'Its cause was not found.'
  return `Cause${cause ? ` (${cause}, ${status}, ${confidence})` : ''}: ${oneLine(root_cause, CAUSE_CHARS).replace(/\.$/, '')}.`
}
