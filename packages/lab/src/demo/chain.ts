import { type Evidence, eventsOf } from './evidence.ts'

/** One link of the chain from a fault to a closed incident; `missing` says what was not there. */
export interface Link {
  name: string
  missing: string | null
}

/** Judges every link by what was seen, in the order in which they happen. */
export function checkChain(evidence: Evidence): Link[] {
  return LINKS.map(([name, judge]) => ({ name, missing: judge(evidence) }))
}

const timelineOf = ({ incident }: Evidence) => incident?.timeline ?? []

const LINKS: [name: string, judge: (evidence: Evidence) => string | null][] = [
  ['fault', ({ firstErrorAt }) => (firstErrorAt ? null : 'no error appeared in the log of inventory')],
  [
    'firing',
    ({ wantedAlerts, fired }) => {
      const silent = wantedAlerts.filter((name) => !fired.includes(name))
      return silent.length ? `Prometheus never showed ${silent.join(', ')} as firing` : null
    },
  ],
  [
    'webhook',
    ({ wantedAlerts, incident }) => {
      if (!incident) return 'the agent opened no incident'
      const absent = wantedAlerts.filter((name) => !incident.alerts.some(({ alertname }) => alertname === name))
      return absent.length ? `incident ${incident.ref} does not hold ${absent.join(', ')}` : null
    },
  ],
  ['functions', judgeFunctions],
  [
    'diagnosis',
    (evidence) => {
      const [first] = eventsOf(timelineOf(evidence), 'diagnosis')
      if (!first) return 'the incident has no diagnosis'
      return first.made_by === 'model' ? null : 'the diagnosis was made without a model'
    },
  ],
  ['message', judgeMessage],
  ['reply', (evidence) => (eventsOf(timelineOf(evidence), 'message_received').length ? null : 'the agent got no reply from the phone')],
  ['ticket', judgeTicket],
  ['confirmation', judgeConfirmation],
  ['resolved', ({ firingAtEnd }) => (firingAtEnd.length ? `still firing: ${firingAtEnd.join(', ')}` : null)],
  ['closed', judgeClosed],
]

const FIRST_FUNCTIONS = ['fetch_logs', 'compute_error_rate']

function judgeFunctions(evidence: Evidence): string | null {
  const [first] = eventsOf(timelineOf(evidence), 'step')
  const asked = first?.tool_calls.map(({ name }) => name) ?? []
  const notAsked = FIRST_FUNCTIONS.filter((name) => !asked.includes(name))
  if (notAsked.length) return `the first answer of the model did not call ${notAsked.join(' and ')}`
  const results = eventsOf(timelineOf(evidence), 'tool_result')
  const unanswered = FIRST_FUNCTIONS.filter((name) => !results.some((result) => result.name === name && result.ok))
  return unanswered.length ? `${unanswered.join(' and ')} returned no result` : null
}

/** The page: sent after the diagnosis, and at the vendor under the same id. */
function judgeMessage(evidence: Evidence): string | null {
  const [diagnosis] = eventsOf(timelineOf(evidence), 'diagnosis')
  const page = eventsOf(timelineOf(evidence), 'message_sent').find(({ id }) => diagnosis && id > diagnosis.id)
  if (!page) return 'no message was sent after the diagnosis'
  if (evidence.messages === null) return null
  return evidence.messages.some(({ sid }) => sid === page.vendor_id) ? null : `Twilio does not list the message ${page.vendor_id}`
}

function judgeTicket(evidence: Evidence): string | null {
  const created = eventsOf(timelineOf(evidence), 'ticket_created')
  const [ticket] = created
  if (!ticket) return 'no ticket was created'
  if (created.length > 1) return `${created.length} tickets were created: ${created.map(({ key }) => key).join(', ')}`
  const { issue, asksJira, wantedAssignee } = evidence
  if (!asksJira) return null
  if (issue?.key !== ticket.key) return `Jira has no issue ${ticket.key}`
  if (wantedAssignee && !issue.assignee?.toLowerCase().includes(wantedAssignee.toLowerCase()))
    return `${issue.key} is assigned to ${issue.assignee ?? 'nobody'}, not to ${wantedAssignee}`
  return null
}

/** The phone was told the ticket's key. */
function judgeConfirmation(evidence: Evidence): string | null {
  const [ticket] = eventsOf(timelineOf(evidence), 'ticket_created')
  if (!ticket) return 'there was no ticket to tell of'
  const texts = evidence.messages
    ? evidence.messages.map(({ body }) => body)
    : eventsOf(timelineOf(evidence), 'message_queued').map(({ body }) => body)
  return texts.some((body) => body.includes(ticket.key)) ? null : `no message to the phone names ${ticket.key}`
}

/** Closed with all its alerts, and left in peace: a resolve never starts an investigation. */
function judgeClosed({ incident }: Evidence): string | null {
  if (incident?.status !== 'resolved') return `the incident is ${incident ? incident.status : 'not there'}`
  const open = incident.alerts.filter(({ ends_at }) => ends_at === null)
  if (open.length) return `the incident is closed, and these alerts are not: ${open.map(({ alertname }) => alertname).join(', ')}`
  const closed = eventsOf(incident.timeline, 'incident_resolved').at(-1)
  const later = closed && incident.timeline.find(({ id, event }) => id > closed.id && INVESTIGATING.includes(event.kind))
  return later ? `the agent went on investigating after the incident was closed (${later.event.kind})` : null
}

const INVESTIGATING = ['investigation_started', 'step', 'tool_result', 'diagnosis', 'investigation_failed']
