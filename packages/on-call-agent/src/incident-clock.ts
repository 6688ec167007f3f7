import type { Incident, TimelineEvent } from './api.ts'

/** A moment of an incident; `after` is the time since the first one, in words. */
export interface ClockMoment {
  at: string
  what: string
  after: string
}

const FIRST: [string, (event: TimelineEvent['event']) => boolean][] = [
  ['first look', ({ kind }) => kind === 'tool_result'],
  ['diagnosis', ({ kind }) => kind === 'diagnosis'],
  ['page sent', ({ kind }) => kind === 'message_sent'],
  ['delivered', ({ kind }) => kind === 'message_delivered'],
  ['read', ({ kind }) => kind === 'message_read'],
  ['acknowledged', ({ kind }) => kind === 'acknowledged'],
  ['first answer of a person', ({ kind }) => kind === 'message_received'],
  ['ticket', ({ kind }) => kind === 'ticket_created'],
  ['action proposed', ({ kind }) => kind === 'action_proposed'],
  ['action started', ({ kind }) => kind === 'action_started'],
]

/** The clock of an incident: the first of each kind of moment, in order. A clock that was set back makes no time less than nothing. */
export function clockOf({
  alerts,
  timeline,
  resolved_at,
}: Pick<Incident, 'alerts' | 'resolved_at'> & { timeline: TimelineEvent[] }): ClockMoment[] {
  const earliest = (times: string[]) => times.toSorted()[0]
  const named: [string, string | null | undefined][] = [
    ['alert fires', earliest(alerts.map(({ starts_at }) => starts_at))],
    ['webhook stored', earliest(alerts.map(({ received_at }) => received_at))],
    ...FIRST.map(([what, fits]): [string, string | undefined] => [what, timeline.find(({ event }) => fits(event))?.at]),
    ['resolved', resolved_at],
  ]
  const moments = named.flatMap(([what, at]) => (at && !Number.isNaN(Date.parse(at)) ? [{ what, at, ms: Date.parse(at) }] : []))
  const sorted = moments.toSorted((a, b) => a.ms - b.ms)
  const [first] = sorted
  return sorted.map(({ what, at, ms }) => ({ what, at, after: inWords(ms - (first?.ms ?? ms)) }))
}

function inWords(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
