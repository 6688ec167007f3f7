import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type { Mark } from '../components/Chart.tsx'

/** A moment of an incident's clock; `at` in seconds since the epoch. */
export type Moment = Mark

const seconds = (at: string | null | undefined) => (at ? Date.parse(at) / 1_000 : undefined)

/** The moments of an incident that are known, in the order of the clock: from the firing to the end. */
export function momentsOf(incident: IncidentWithTimeline): Moment[] {
  const { alerts, timeline } = incident
  const first = (kind: string, test: (event: Record<string, unknown>) => boolean = () => true) =>
    seconds(timeline.find(({ event }) => event.kind === kind && test(event as Record<string, unknown>))?.at)
  const earliest = (times: (number | undefined)[]) => {
    const known = times.filter((time) => time !== undefined)
    return known.length > 0 ? Math.min(...known) : undefined
  }
  const named: [string, number | undefined][] = [
    ['firing', earliest(alerts.map(({ starts_at }) => seconds(starts_at)))],
    ['webhook', earliest(alerts.map(({ received_at }) => seconds(received_at)))],
    ['first look', first('tool_result')],
    ['diagnosis', first('diagnosis')],
    ['message', first('message_sent')],
    ['delivered', first('message_delivered')],
    ['reply', first('message_received')],
    ['ticket', first('ticket_created')],
    ['action', first('action_started')],
    ['verified', first('action_verified')],
    ['resolved', seconds(incident.resolved_at) ?? first('incident_resolved')],
  ]
  return named.flatMap(([label, at]) => (at === undefined ? [] : [{ label, at }])).sort((a, b) => a.at - b.at)
}

/** The marks over a course: of moments that lie close together, the canvas leaves out the labels. */
export function marksOf(incident: IncidentWithTimeline): Mark[] {
  return momentsOf(incident).filter(({ label }) => ['firing', 'diagnosis', 'reply', 'action', 'resolved'].includes(label))
}
