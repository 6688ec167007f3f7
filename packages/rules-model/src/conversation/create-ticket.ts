import { CreateTicketResult } from '@oncall-lab/on-call-agent/functions'
import { Value } from 'typebox/value'
import type { Question } from '../facts/metric-queries.ts'
import type { Call } from '../transcript.ts'
import { excerpt } from '../wording.ts'
import { readName } from './assignee.ts'
import type { Conversation, Intent } from './intent.ts'
import { describeTicket, summariseTicket } from './ticket-text.ts'
import { readTicketWish, type TicketWish } from './ticket-wish.ts'

const TOOL = 'create_jira_ticket'

/** "Create a Jira task and assign it to Ravi": only ever on a person's own words. */
export const createTicket: Intent = {
  id: 'create_ticket',
  example: '*create ticket and assign to <name>*',
  matches: (conversation) => wishOf(conversation) !== undefined,
  questions: (conversation) => {
    const wish = wishOf(conversation)
    return wish?.kind === 'create' && conversation.tools.includes(TOOL) ? [order(conversation, wish)] : []
  },
  reply: (conversation) => {
    const wish = wishOf(conversation)
    if (wish?.kind === 'refuse') return 'All right, no ticket.'
    if (wish?.kind === 'conditional')
      return 'I cannot wait for a condition or a later time, so there is no ticket yet. Write *create ticket* when you want it.'
    if (wish?.kind === 'unnamed_assignee')
      return 'I do not know whose Jira account that is, so there is no ticket yet. Write *create ticket and assign to <full name>*, or *create ticket* to leave it unassigned.'
    const made = conversation.fresh.calls.findLast(({ name }) => name === TOOL)
    return made ? report(made, wish, conversation) : 'I cannot create tickets here: that function is not offered to me.'
  },
}

function wishOf(conversation: Conversation): TicketWish | undefined {
  return readTicketWish(conversation.said) ?? answerToAssigneeQuestion(conversation)
}

/** After a ticket failed over its assignee, a message that is nothing but a name is the answer. */
function answerToAssigneeQuestion({ said, earlier }: Conversation): TicketWish | undefined {
  const last = earlier.findLast(({ name }) => name === TOOL)
  const [clause] = said.clauses
  if (!last || !failedOverAssignee(last) || !clause || said.clauses.length !== 1 || clause.negated || said.raw.includes('?'))
    return undefined
  const wish = { kind: 'create' as const, priority: undefined }
  // A bare number is one of those who were offered; which of them, the agent knows.
  if (/^(#|no\.? ?|nr\.? ?|number )?\d{1,2}$|^the (first|second|third)( one)?$/i.test(clause.raw.trim())) {
    const offered = last.outcome.kind === 'failed' && last.outcome.message.includes(' 1. ') && last.outcome.message.includes(' or 2. ')
    return offered ? { ...wish, assignee: clause.raw.trim() } : undefined
  }
  const name = readName(clause.raw.replace(/^(ok|okay|sorry|i mean|it is|it's|use|try|yes|to)\s+/i, ''))
  if (name?.kind === 'nobody') return { ...wish, assignee: undefined }
  const onlyName = name?.kind === 'name' && name.name.split(' ').length >= clause.raw.split(/\s+/).length - 1
  const offered =
    last.outcome.kind === 'failed' && name?.kind === 'name' && last.outcome.message.toLowerCase().includes(name.name.toLowerCase())
  return onlyName && (offered || /^\p{Lu}/u.test(name.name)) ? { ...wish, assignee: name.name } : undefined
}

function failedOverAssignee({ outcome }: Call): boolean {
  return outcome.kind === 'failed' && /assignee|person|user|nobody|name/i.test(`${outcome.code} ${outcome.message}`)
}

function order({ transcript, facts }: Conversation, { assignee, priority }: TicketWish): Question {
  const { diagnosis } = transcript
  const level = priority ?? diagnosis?.priority
  return {
    tool: TOOL,
    args: {
      summary: summariseTicket(facts, diagnosis),
      description: describeTicket(facts, diagnosis),
      ...(assignee !== undefined && { assignee }),
      ...(level !== undefined && { priority: level }),
    },
  }
}

function report(call: Call, wish: TicketWish | undefined, { earlier, said }: Conversation): string {
  const { outcome } = call
  if (outcome.kind === 'ok' && Value.Check(CreateTicketResult, outcome.value)) {
    const { key, url, assignee, existing } = outcome.value
    const owner = assignee === null ? 'not assigned to anybody' : `assigned to ${assignee}`
    const set =
      wish?.priority === undefined ? '' : existing ? ' Its priority stays as it was.' : ` Priority ${wish.priority}, as you asked.`
    const team = /\bteam\b/.test(said.words) ? ' I cannot set a team.' : ''
    if (!existing) return `Created *${key}*, ${owner}.${set}${team}\n${url}`
    const before = assigneeBefore(earlier)
    const moved = wish?.assignee !== undefined && assignee !== null && before !== assignee
    const lead = moved
      ? `${before ? `Reassigned *${key}* from ${before} to ${assignee}` : `Assigned *${key}* to ${assignee}`}: the ticket was there already.`
      : `There is a ticket for this incident already: *${key}*, ${owner}.`
    return `${lead}${set}${team}\n${url}`
  }
  if (outcome.kind !== 'failed')
    return 'Jira’s answer could not be read, so I do not know whether the ticket exists. Please look in Jira before asking again.'
  const hint = failedOverAssignee(call)
    ? `${/ or 2\. /.test(outcome.message) ? ' Answer with the number.' : ''} Write *create ticket and assign to <full name>*, or *create ticket* to leave it unassigned.`
    : ' Write *create ticket* to try again.'
  return `The ticket was not created: ${excerpt(outcome.message, 500).replace(/\.$/, '')}.${hint}`
}

/** Whom the ticket was given to when it was last spoken of. */
function assigneeBefore(earlier: Call[]): string | undefined {
  const last = earlier.findLast(
    ({ name, outcome }) => name === TOOL && outcome.kind === 'ok' && Value.Check(CreateTicketResult, outcome.value),
  )
  return last?.outcome.kind === 'ok' && Value.Check(CreateTicketResult, last.outcome.value)
    ? (last.outcome.value.assignee ?? undefined)
    : undefined
}
