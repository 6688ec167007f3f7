import { LabError } from '@oncall-lab/service-kit/errors'
import type { Guarded } from '@oncall-lab/service-kit/guard'
import type { Static } from 'typebox'
import type { Incident } from '../api.ts'
import { defineTool } from '../functions/tool.ts'
import { CreateTicketArgs, CreateTicketResult, summariseTicket } from '../functions.ts'
import type { Store } from '../store/ports.ts'
import { decideAssignee, type Person } from './decide-assignee.ts'
import type { Tracker } from './tracker.ts'

/** `create_jira_ticket` for Jira: one ticket an incident, however often it is asked for; a later call can still assign it. Offered only when a person has written. */
export function createTicket(tracker: Guarded<Tracker>, store: Store) {
  // One at a time: two calls in one answer must not both find that there is no ticket yet.
  let before: Promise<unknown> = Promise.resolve()
  return defineTool({
    name: `create_${tracker.id}_ticket`,
    description:
      "Files this incident's ticket, or assigns the one it has. Only when the engineer's own message asks for it; assignee as the engineer wrote the name.",
    parameters: CreateTicketArgs,
    result: CreateTicketResult,
    run(args, { incident }): Promise<CreateTicketResult> {
      const work = before.then(async () => file(args, (await store.incidents.find(incident.id)) ?? incident))
      before = work.catch(() => {})
      return work
    },
    summarise: summariseTicket,
  })

  async function file(
    { summary, description, assignee, priority }: Static<typeof CreateTicketArgs>,
    incident: Incident,
  ): Promise<CreateTicketResult> {
    const person = assignee === undefined ? undefined : await findAssignee(tracker, assignee)
    const label = `oncall-lab-${incident.id}`
    // The search covers a ticket whose answer was lost: after a time-out or a crash.
    const found = incident.ticket ?? (await tracker.findByLabel(label))
    const ticket =
      found ??
      (await tracker.create({
        summary,
        description: `${description}\n\nIncident ${incident.ref} (${incident.id}), opened ${incident.opened_at}.`,
        label,
        priority: priority ?? incident.diagnosis?.priority ?? 'high',
        assignee: person,
      }))
    const reassigned = found && person && found.assignee !== person.displayName
    if (reassigned) await tracker.assign(ticket.key, person)
    const current = { key: ticket.key, url: ticket.url, assignee: person?.displayName ?? ticket.assignee }
    if (!incident.ticket || reassigned) await store.incidents.setTicket(incident.id, current)
    return { ...current, existing: found !== undefined }
  }
}

async function findAssignee(tracker: Tracker, typed: string): Promise<Person> {
  // A tracker matches whole queries; our rule also takes "ravi k", so it looks through all who match the first word.
  const [firstWord = typed] = typed.trim().split(/\s+/)
  const decision = decideAssignee(typed, await tracker.assignable(firstWord))
  if (decision.kind === 'one') return decision.person
  if (decision.kind === 'several') {
    throw new LabError(`"${typed}" can be ${decision.people.map(({ displayName }) => displayName).join(' or ')}; nothing was created`, {
      code: 'assignee_ambiguous',
      status: 409,
    })
  }
  const others = (await tracker.assignable('')).map(({ displayName }) => displayName)
  throw new LabError(`Nobody called "${typed}" can be assigned; nothing was created. Who can: ${others.join(', ') || 'nobody'}`, {
    code: 'assignee_not_found',
    status: 404,
  })
}
