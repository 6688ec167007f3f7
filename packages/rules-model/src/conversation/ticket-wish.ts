import type { Priority } from '@oncall-lab/on-call-agent/api'
import { assigneeIn } from './assignee.ts'
import type { Clause, Said } from './said.ts'

/** What a message says about a ticket. */
export interface TicketWish {
  kind: 'create' | 'refuse' | 'conditional' | 'unnamed_assignee'
  /** As the person wrote it. */
  assignee: string | undefined
  priority: Priority | undefined
}

const VERB = 'create|open|file|raise|make|log|add|submit|cut|start|get|generate|need|want|put|do|track|prepare|write|draft|have'
const CREATE = new RegExp(`\\b(${VERB})\\b(\\s+[\\w'-]+){0,5}?\\s+(in |on |to )?(jira|tickets?|tasks?|issue|bug|story|card)\\b`)
const CREATE_IT =
  /^(please |ok |okay |yes |yep |yeah |sure |just |go |can you |could you |would you |will you )*(file|log|raise|ticket|track|jira|create) (it|this|that|one)\b/
const MAKE_ONE = /^(please |ok |okay |yes |just |can you |could you )*(open|make) one\b/
const BARE =
  /^((please|ok|okay|yes|yep|yeah|sure|a|an|the|new|now|for|this|it|thanks|asap|task|issue|bug) )*(jira|ticket)( (please|now|task|ticket|issue|for|this|it|thanks|asap|one|only))*$/
const ASSIGN = /\b(assign|reassign)\b|\b(give|hand|pass)( over)? (it|this|that)( over)? to\b/
/** A question about tickets is not the order to make one; "can you …" is. */
const QUESTION =
  /^(so |and |hey |hi )?(did|have you|has|is|are|was|were|does|do (i|we|you)|should|shall|must|what|who|whom|whose|which|where|when|why|how|will there|any)\b/
const NOUN = /\b(jira|tickets?|task|issue)\b/

/** Reads the wish out of a person's message; undefined when the message does not speak of making a ticket. A refusal anywhere wins. */
export function readTicketWish(said: Said): TicketWish | undefined {
  const wishes = said.clauses.filter(isWish)
  const refused = said.clauses.some((clause) => clause.negated && refusesTicket(clause))
  const positive = wishes.filter(({ negated }) => !negated)
  const wish = { assignee: undefined, priority: priorityIn(said.words) }
  if (refused) return { ...wish, kind: 'refuse' }
  if (positive.length === 0) return undefined
  if (
    said.clauses.some(({ conditional }) => conditional) ||
    positive.some(({ words }) => /\b(if|unless|once|until|after|when)\b/.test(words))
  )
    return { ...wish, kind: 'conditional' }
  const named = said.clauses.filter(({ negated }) => !negated).flatMap((clause) => assigneeIn(clause, isWish(clause)) ?? [])
  const [assignee] = named
  if (assignee?.kind === 'unnamed') return { ...wish, kind: 'unnamed_assignee' }
  return { ...wish, kind: 'create', assignee: assignee?.kind === 'name' ? assignee.name : undefined }
}

function isWish({ words }: Clause): boolean {
  if (QUESTION.test(words)) return false
  return CREATE.test(words) || CREATE_IT.test(words) || MAKE_ONE.test(words) || BARE.test(words) || ASSIGN.test(words)
}

/** "no ticket", "don't create one", "not a jira"; but "don't assign it to Ravi" refuses only the assignee. */
function refusesTicket({ words }: Clause): boolean {
  if (QUESTION.test(words)) return false
  const onlyAssignee = /\bnot\b.*\b(assign|give|assignee|owner)\b/.test(words) && !/\b(create|open|file|raise|make|log)\b/.test(words)
  if (onlyAssignee) return false
  const afterNot = words.slice(words.search(/\b(no|not|nope|stop)\b/))
  return NOUN.test(afterNot) || /\b(create|file|raise|open|log|make)\b/.test(afterNot)
}

const PRIORITIES: [Priority, RegExp][] = [
  ['critical', /\b(blocker|highest|p0|p1|sev-?1)\b|\bcritical\b/],
  [
    'high',
    /\b(p2|urgent|sev-?2)\b|\b(high|major)\b(?=.*\bprio)|\bprio(rity)?\W+((is|to|as|should be|must be)\W+)?(high|major)\b|\b(as|make it) high\b/,
  ],
  ['medium', /\b(p3|sev-?3)\b|\b(medium|normal)\b(?=.*\bprio)|\bprio(rity)?\W+((is|to|as|should be|must be)\W+)?(medium|normal)\b/],
  ['low', /\b(p4|p5|sev-?4)\b|\b(low|minor|lowest)\b(?=.*\bprio)|\bprio(rity)?\W+((is|to|as|should be|must be)\W+)?(low|minor|lowest)\b/],
]

function priorityIn(words: string): Priority | undefined {
  return PRIORITIES.find(([, pattern]) => pattern.test(words))?.[0]
}
