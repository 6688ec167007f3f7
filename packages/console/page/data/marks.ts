import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type { FaultHistoryList } from '@oncall-lab/process-manager/api'
import type { Mark } from '../components/Chart.tsx'

/** Who had the incident in hand before a moment. */
export type Hand = 'monitoring' | 'agent' | 'people' | 'repair'

/** A moment of an incident's clock; `at` in seconds since the epoch. */
export interface Moment extends Mark {
  hand: Hand
}

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
  const named: [Hand, string, number | undefined][] = [
    ['monitoring', 'firing', earliest(alerts.map(({ starts_at }) => seconds(starts_at)))],
    ['monitoring', 'webhook', earliest(alerts.map(({ received_at }) => seconds(received_at)))],
    ['agent', 'first look', first('tool_result')],
    ['agent', 'diagnosis', first('diagnosis')],
    ['agent', 'message', first('message_sent')],
    ['people', 'delivered', first('message_delivered')],
    ['people', 'read', first('message_read')],
    ['people', 'acknowledged', first('acknowledged')],
    ['people', 'reply', first('message_received')],
    ['people', 'ticket', first('ticket_created')],
    ['repair', 'proposed', first('action_proposed')],
    ['people', 'approved', first('action_approved')],
    ['repair', 'action', first('action_started')],
    ['repair', 'verified', first('action_verified', ({ outcome = 'verified' }) => outcome === 'verified')],
    ['repair', 'resolved', seconds(incident.resolved_at) ?? first('incident_resolved')],
  ]
  return named.flatMap(([hand, label, at]) => (at === undefined ? [] : [{ hand, label, at }])).sort((a, b) => a.at - b.at)
}

/** The marks over a course: of moments that lie close together, the canvas leaves out the labels. */
export function marksOf(incident: IncidentWithTimeline): Mark[] {
  return momentsOf(incident).filter(({ label }) => ['firing', 'diagnosis', 'reply', 'action', 'resolved'].includes(label))
}

const LONGEST_BEFORE_SECONDS = 1_800

/** When the fault began that can have led to a first sign at `sign` (seconds since the epoch): the newest that acted shortly before. */
export function faultBefore(history: FaultHistoryList | undefined, sign: number): number | undefined {
  return history?.faults
    .filter(({ ended_at }) => (seconds(ended_at) ?? Number.POSITIVE_INFINITY) > sign - 60)
    .map(({ started_at }) => seconds(started_at) ?? 0)
    .findLast((at) => at <= sign && at > sign - LONGEST_BEFORE_SECONDS)
}

/** A part of the clock's bar: what it led to, how long it took, and its share of the whole, 0 to 1. */
export interface Part extends Moment {
  seconds: number
  share: number
}

/** The parts between the moments up to the end, which is when it was over and its action was judged; what came later is no part of it. */
export function partsOf(moments: Moment[]): { parts: Part[]; after: Moment[] } {
  const isOver = moments.some(({ label }) => label === 'resolved')
  const end = isOver ? moments.findLastIndex(({ label }) => label === 'resolved' || label === 'verified') : -1
  const within = end === -1 ? moments : moments.slice(0, end + 1)
  const whole = (within.at(-1)?.at ?? 0) - (within[0]?.at ?? 0)
  const parts = within.slice(1).map((moment, i) => {
    const took = moment.at - (within[i]?.at ?? moment.at)
    return { ...moment, seconds: took, share: whole > 0 ? took / whole : 0 }
  })
  return { parts, after: moments.slice(within.length) }
}
