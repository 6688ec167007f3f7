import type { Clause } from './said.ts'

/** A person named in a clause; `unnamed` for "me", "him", "somebody": words that are nobody's name in Jira. */
export type Assignee = { kind: 'name'; name: string } | { kind: 'unnamed' } | { kind: 'nobody' }

const NAME = String.raw`@?[\p{L}][\p{L}\p{M}\p{N}'’.@_-]*(?:\s+[\p{L}][\p{L}\p{M}\p{N}'’._-]*){0,3}`
const AFTER = [
  /\b(?:re)?assign(?:ed)?\b(?:\s+(?:it|this|that|the\s+\w+|jira|ticket|task|them))*\s+(?:to|for|2)\s+/iu,
  /\b(?:give|hand|pass)\b(?:\s+over)?\s+(?:it|this|that|the\s+\w+)(?:\s+over)?\s+to\s+/iu,
  /\b(?:assignee|owner)\b(?:\s+(?:is|should\s+be|to|=))?[\s:=]+/iu,
  /\bassign(?:ing)?\s+(?!it\b|this\b|that\b|the\b|to\b|a\b|jira\b|ticket\b|task\b)/iu,
]
const BEFORE = new RegExp(
  `(${NAME})\\s+(?:should|can|will|must|shall|to|has\\s+to|could|needs\\s+to)\\s+(?:take|own|handle|do|have|get|fix|look)\\b`,
  'iu',
)
const LET = new RegExp(`\\blet\\s+(${NAME}?)\\s+(?:take|own|handle|do|have|fix|look)\\b`, 'iu')
const FOR = new RegExp(`\\b(?:for|(?:jira|ticket|task|issue|bug|one|it)\\s+to)\\s+(${NAME})\\s*$`, 'iu')

/** Where a name ends. */
const STOP =
  /^(with|and|as|for|please|pls|plz|thanks|thx|now|asap|high|low|medium|normal|critical|urgent|highest|prio|priority|p\d|from|in|on|at|by|today|immediately|since|because|so|who|he|she|this|that|it|is|the|a|an|to|quickly|right|via|through|he's|instead|or|directly|then|ok|okay|sev\d?)$/i
const UNNAMED = /^(me|myself|him|her|them|they|he|she|us|you|yourself|someone|somebody|anyone|anybody|whoever|everyone|everybody|one)$/i
const NOBODY = /^(nobody|none|no|unassigned|noone)$/i
/** What a ticket may be "for" that is no person. */
const NO_PERSON =
  /^(this|that|it|these|the|a|an|inventory|service|production|prod|incident|alert|alerts|error|errors|bug|now|today|tomorrow|later|latency|cpu|memory|team|all|review|tracking|later|follow|followup|reference|safety|sure|real|good)$/i

/** The person that a clause gives the work to; "for <name>" counts only in a clause that asks for a ticket. */
export function assigneeIn({ raw, words }: Clause, asksForTicket: boolean): Assignee | undefined {
  if (/\b(unassigned|assign(ed)? (it |this )?to (nobody|no one|none))\b/.test(words)) return { kind: 'nobody' }
  for (const pattern of AFTER) {
    const match = pattern.exec(raw)
    if (match) return readName(raw.slice(match.index + match[0].length))
  }
  const subject = LET.exec(raw)?.[1] ?? BEFORE.exec(raw)?.[1]
  if (subject !== undefined) return readName(subject)
  const target = asksForTicket ? FOR.exec(raw)?.[1] : undefined
  return target !== undefined && !NO_PERSON.test(target.split(/\s+/)[0] ?? '') ? readName(target) : undefined
}

/** The name at the beginning of a text, as written, without a leading `@` and without what follows it. */
export function readName(text: string): Assignee | undefined {
  const found = new RegExp(`^\\s*["']?(${NAME})`, 'u').exec(text)?.[1]?.split(/\s+/) ?? []
  const end = found.findIndex((word) => STOP.test(word))
  const words = (end < 0 ? found : found.slice(0, end)).map((word) => word.replace(/(?<![.'])[.']+$/, ''))
  const [first] = words
  if (first === undefined || first === '') return undefined
  if (UNNAMED.test(first)) return { kind: 'unnamed' }
  return NOBODY.test(first) ? { kind: 'nobody' } : { kind: 'name', name: words.join(' ').replace(/^@/, '').slice(0, 100) }
}
