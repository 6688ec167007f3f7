import { LabError } from '@oncall-lab/service-kit/errors'
import type { Guarded } from '@oncall-lab/service-kit/guard'
import type { Static } from 'typebox'
import type { Incident } from '../api.ts'
import { defang, oneLine } from '../channels/outgoing-text.ts'
import { plainWords } from '../conversation/clauses.ts'
import { withoutRefs } from '../conversation/refs.ts'
import { type Asked, defineTool } from '../functions/tool.ts'
import { CreateTicketArgs, CreateTicketResult, summariseTicket } from '../functions.ts'
import type { Store } from '../store/ports.ts'
import { decideAssignee, labelOf as labelOfPerson, type Person, tellPeople } from './decide-assignee.ts'
import { createFiling, type FilingClock, labelOf } from './file-ticket.ts'
import type { Ticket, Tracker } from './tracker.ts'

interface CreateTicketOptions {
  /** For how long a tracker may hold a request whose answer was lost; shorter in tests only. */
  settleMs?: number
  patienceMs?: number
  /** Time, for tests. */
  clock?: FilingClock
}

/** The newest incidents, among which a restart looks for attempts that it cut off. */
const RESUMED = 200

/** `create_jira_ticket` for Jira: one ticket an incident, however often it is asked for; a later call can still assign it. Offered only when a person asks for it. */
export function createTicket(tracker: Guarded<Tracker>, store: Store, options: CreateTicketOptions = {}) {
  const filing = createFiling({ tracker, store, ...options })
  const tellOf = async ({ id, ref }: Incident, person: string, sentence: string) => {
    await store.outbox.queue({ incidentId: id, to: person, kind: 'answer', body: `*${ref}* ${sentence}` })
  }
  // One at a time: two calls in one answer must not both find that there is no ticket yet.
  let before: Promise<unknown> = Promise.resolve()
  const tool = defineTool({
    name: `create_${tracker.id}_ticket`,
    description:
      "Files this incident's ticket, or assigns the one it has. Only when the engineer's own message asks for it; assignee as the engineer wrote the name.",
    parameters: CreateTicketArgs,
    result: CreateTicketResult,
    run(args, { incident, asked }): Promise<CreateTicketResult> {
      const work = before.then(async () => file(args, (await store.incidents.find(incident.id)) ?? incident, asked))
      before = work.catch(() => {})
      return work
    },
    summarise: summariseTicket,
  })
  return { ...tool, resume: async () => filing.resume(await store.incidents.list(RESUMED), tellOf) }

  async function file(
    { summary, description, assignee, priority }: Static<typeof CreateTicketArgs>,
    incident: Incident,
    asked: Asked | undefined,
  ): Promise<CreateTicketResult> {
    const named = assignee === undefined ? undefined : askedName(assignee, asked)
    const person = asked?.choice
      ? await findChosen(tracker, asked.choice)
      : named === undefined
        ? undefined
        : await findAssignee(tracker, named)
    const tell = async (sentence: string) => {
      if (asked)
        await store.outbox.queue({ incidentId: incident.id, to: asked.person, kind: 'answer', body: `*${incident.ref}* ${sentence}` })
    }
    const found = incident.ticket ?? undefined
    const wanted = {
      summary: oneLine(defang(summary, never), 255),
      description: `${defang(description, never)}\n\nIncident ${incident.ref} (${incident.id}), opened ${incident.opened_at}.`,
      label: labelOf(incident),
      priority: priority ?? incident.diagnosis?.priority ?? 'high',
      assignee: person,
    }
    const { ticket, existing } = found ? { ticket: found, existing: true } : await filing.file(incident, wanted, tell)
    for (const sentence of leftOutOf(ticket)) asked?.note(`(${sentence})`)
    const reassigned = existing && person && ticket.assignee !== person.displayName
    if (reassigned) await tracker.assign(ticket.key, person)
    const current = { key: ticket.key, url: ticket.url, assignee: person?.displayName ?? ticket.assignee }
    if (!incident.ticket || reassigned) await store.incidents.setTicket(incident.id, current)
    return { ...current, existing }
  }
}

const leftOutOf = ({ leftOut = [] }: Ticket) => leftOut

/** No link is live in a ticket that a model's text is in. */
const never = () => false

/** The assignee as far as the person named one: what stands in no word of theirs is left out, and said. */
function askedName(assignee: string, asked: Asked | undefined): string | undefined {
  if (!asked) return assignee
  const words = plainWords(withoutRefs(assignee))
  if (words.length > 0 && words.every((word) => asked.words.has(word))) return assignee
  asked.note(`(Nobody was assigned: you did not name "${oneLine(assignee, 40)}".)`)
  return undefined
}

/** A tracker matches whole queries; our rule also takes "ravi k", so it looks through all who match the first word. */
async function decideAmong(tracker: Tracker, typed: string) {
  const [firstWord = typed] = typed.trim().split(/\s+/)
  return decideAssignee(typed, await tracker.assignable(firstWord))
}

/** The people are those of the question, unless somebody came or went meanwhile. */
async function findChosen(tracker: Tracker, { typed, label }: NonNullable<Asked['choice']>): Promise<Person> {
  const decision = await decideAmong(tracker, typed)
  const found = decision.kind === 'several' ? decision.people.find((person) => labelOfPerson(person, decision.people) === label) : undefined
  return found ?? findAssignee(tracker, typed)
}

async function findAssignee(tracker: Tracker, typed: string): Promise<Person> {
  const decision = await decideAmong(tracker, typed)
  if (decision.kind === 'one') return decision.person
  if (decision.kind === 'several') {
    throw new LabError(`"${typed}" can be ${tellPeople(decision.people)}; nothing was created`, {
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
