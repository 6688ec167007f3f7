import type { IncidentWithTimeline, TimelineEvent } from '@oncall-lab/on-call-agent/api'

/** Everything that a demo saw, each from the system that knows it. Times are RFC 3339. */
export interface Evidence {
  /** The alerts that must have fired. */
  wantedAlerts: string[]
  /** The oldest error in the log of inventory since the traffic began. */
  firstErrorAt: string | null
  /** The alerts that Prometheus showed as firing. */
  fired: string[]
  /** The agent's incident with its timeline. */
  incident: IncidentWithTimeline | null
  /** WhatsApp messages to the person on call, oldest first, as Twilio's API lists them; null when Twilio is real and was not asked. */
  messages: { sid: string; body: string }[] | null
  /** The ticket as Jira's API tells it; null when it is not there, or Jira is real and was not asked. */
  issue: { key: string; summary: string; assignee: string | null } | null
  /** Jira is a stand-in, so the ticket must have been read back from it. */
  asksJira: boolean
  /** Who the ticket was to be assigned to; null when a person chooses. */
  wantedAssignee: string | null
  /** The alerts of inventory that Prometheus still shows at the end. */
  firingAtEnd: string[]
}

/** An event of one kind, with its time. */
export type EventOf<K extends TimelineEvent['event']['kind']> = Extract<TimelineEvent['event'], { kind: K }> & { at: string; id: number }

/** The timeline's events of one kind, oldest first. */
export function eventsOf<K extends TimelineEvent['event']['kind']>(timeline: TimelineEvent[], kind: K): EventOf<K>[] {
  return timeline.flatMap(({ id, at, event }) => (event.kind === kind ? [{ ...event, at, id } as EventOf<K>] : [])) // The kind was compared.
}
