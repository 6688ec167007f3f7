import type { IncidentStatus, TimelineEvent } from '../api.ts'

/** What others are told of, and by which event of the timeline. */
const TYPES = {
  alert_firing: 'incident.opened',
  diagnosis: 'incident.diagnosed',
  action_proposed: 'incident.action_proposed',
  incident_resolved: 'incident.resolved',
} as const

/** What of an incident goes out. */
interface Subject {
  id: string
  ref: string
  status: IncidentStatus
  severity: string
  service: string
  opened_at: string
  html_url: string
}

/** A message in the structured form of CloudEvents 1.0. @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
export interface CloudEvent {
  specversion: '1.0'
  /** The id of the timeline event: the same for a repetition. */
  id: string
  source: string
  type: (typeof TYPES)[keyof typeof TYPES]
  subject: string
  time: string
  datacontenttype: 'application/json'
  data: object
}

type Told = Extract<TimelineEvent['event'], { kind: keyof typeof TYPES }>

/** The event as others are told; undefined where they are not told of it. The first alert of an incident opens it; `isFirst` says whether it is that. */
export function cloudEvent(
  { id, at, event }: TimelineEvent,
  incident: Subject,
  { source, isFirst }: { source: string; isFirst: boolean },
): CloudEvent | undefined {
  if (!isTold(event) || (event.kind === 'alert_firing' && !isFirst)) return undefined
  return {
    specversion: '1.0',
    id: String(id),
    source,
    type: TYPES[event.kind],
    subject: incident.ref,
    time: at,
    datacontenttype: 'application/json',
    data: { incident: pick(incident), ...detail(event) },
  }
}

/** Whether an event may be one that others are told of, without a look at its incident. */
export const isTold = (event: TimelineEvent['event']): event is Told => event.kind in TYPES

const pick = ({ id, ref, status, severity, service, opened_at, html_url }: Subject) => ({
  id,
  ref,
  status,
  severity,
  service,
  opened_at,
  html_url,
})

function detail(event: Told): object {
  switch (event.kind) {
    case 'alert_firing':
      return { alertname: event.alertname, starts_at: event.starts_at }
    case 'diagnosis': {
      const { status, root_cause, cause, confidence, priority, next_steps } = event.diagnosis
      return { made_by: event.made_by, diagnosis: { status, root_cause, ...(cause && { cause }), confidence, priority, next_steps } }
    }
    case 'action_proposed':
      return { action_id: event.action_id, action: event.action, level: event.level, reason: event.reason }
    default:
      return {}
  }
}
