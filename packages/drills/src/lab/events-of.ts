import type { TimelineEvent } from '@oncall-lab/on-call-agent/api'

type EventOf<K extends TimelineEvent['event']['kind']> = Extract<TimelineEvent['event'], { kind: K }> & { at: string }

/** The timeline's events of a kind, in order, each with its time. */
export function eventsOf<K extends TimelineEvent['event']['kind']>({ timeline }: { timeline: TimelineEvent[] }, kind: K): EventOf<K>[] {
  // The filter lets only that kind through.
  return timeline.filter(({ event }) => event.kind === kind).map(({ at, event }) => ({ ...event, at }) as EventOf<K>)
}
