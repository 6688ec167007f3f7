import { plainWords, readClauses } from './clauses.ts'
import { type Choice, readChoice } from './read-choice.ts'
import {
  ASSIGN,
  BARE_TICKET,
  CREATE_IT,
  CREATE_TICKET,
  MAKES_OR_ASSIGNS,
  NAMES_A_TICKET,
  ONLY_ASSIGNEE,
  OTHER_TICKET_WORK,
} from './wish-words.ts'

/** Whether a person's newest message asks for a ticket to be filed or assigned; only then is the function that does it offered to a model. */
export type WishDecision =
  /** `words`: those of the message that may name an assignee. What a clause says "not" of is not among them. */
  | { kind: 'ticket'; reason: 'asked_for' | 'name_given'; words: Set<string> }
  /** One of those who were offered by number. */
  | { kind: 'ticket'; reason: 'number_given'; words: Set<string>; choice: Choice }
  | { kind: 'none'; reason: 'nothing_asked' | 'refused' | 'conditional' }

/**
 * Reads English, German, Spanish and Hindi in Latin script. A refusal anywhere wins; a question ("why?", "is there a ticket?") and a condition
 * ("if it happens again …") ask for nothing. `askedWho` is what the person was told when the last ticket failed over its assignee: a bare
 * name out of it is the answer.
 */
export function decideWish(text: string, askedWho?: string): WishDecision {
  const clauses = readClauses(text)
  const refusing = clauses.filter(
    ({ words, negated }) =>
      negated && (/^(do not|never|mat|bitte nicht|nicht)$/.test(words) || (MAKES_OR_ASSIGNS.test(words) && !ONLY_ASSIGNEE.test(words))),
  )
  if (refusing.some(({ isQuestion }) => !isQuestion)) return { kind: 'none', reason: 'refused' }
  const wishing = clauses.filter(({ words, negated, isQuestion }) => !negated && !isQuestion && isWish(words))
  if (wishing.length > 0 && clauses.some(({ conditional }) => conditional)) return { kind: 'none', reason: 'conditional' }
  const words = new Set(clauses.filter(({ negated }) => !negated).flatMap((clause) => clause.words.split(' ')))
  if (wishing.length > 0) return { kind: 'ticket', reason: 'asked_for', words }
  const choice = askedWho === undefined ? undefined : readChoice(text, askedWho)
  if (choice) return { kind: 'ticket', reason: 'number_given', words: new Set(plainWords(choice.label)), choice }
  return askedWho !== undefined && isName(clauses, askedWho)
    ? { kind: 'ticket', reason: 'name_given', words }
    : { kind: 'none', reason: 'nothing_asked' }
}

function isWish(words: string): boolean {
  if (CREATE_IT.test(words) || BARE_TICKET.test(words) || ASSIGN.test(words)) return true
  return CREATE_TICKET.some((pattern) => pattern.test(words)) && !OTHER_TICKET_WORK.test(words)
}

/** What may stand beside a name in an answer to "who?". */
const FILLER = /^(ok|okay|sorry|i|mean|it|is|its|use|try|yes|to|the|please|one|bitte|por|favor|nehmen|ko)$/

/** True for one short clause whose every word stands in what was offered. */
function isName(clauses: ReturnType<typeof readClauses>, askedWho: string): boolean {
  const [clause, ...more] = clauses
  if (!clause || more.length > 0 || clause.negated || clause.isQuestion) return false
  const offered = new Set(readClauses(askedWho).flatMap(({ words }) => words.split(' ')))
  const said = clause.words.split(' ').filter((word) => !FILLER.test(word))
  return said.length > 0 && said.length <= 4 && said.every((word) => offered.has(word)) && !NAMES_A_TICKET.test(clause.words)
}
