import { readClauses } from './clauses.ts'
import {
  ACKNOWLEDGE,
  ACKNOWLEDGE_EMOJI,
  CLOSE_TICKET,
  COMMENT,
  FALSE_ALARM,
  FILLER,
  HOURS,
  HOW_LONG,
  RESOLVE,
  SNOOZE,
} from './deed-words.ts'

/** Something that a person's message does, or has done; read by code, so that no model decides it. */
export type Deed =
  | { kind: 'acknowledge' }
  | { kind: 'false_alarm' }
  | { kind: 'snooze'; minutes: number }
  | { kind: 'comment'; text: string }
  | { kind: 'close_ticket' }
  | { kind: 'resolve' }

/** The deeds of a message in order, and whether it says nothing else. */
export interface DeedDecision {
  deeds: Deed[]
  whole: boolean
}

const SNOOZE_MINUTES = 30
const LONGEST_SNOOZE_MINUTES = 12 * 60

/** A question, a refusal and a condition do nothing. */
export function decideDeeds(text: string): DeedDecision {
  const comment = COMMENT.exec(text.trim())?.[1]
  if (comment !== undefined) return { deeds: [{ kind: 'comment', text: comment.trim() }], whole: true }
  const clauses = sentencesOf(text).flatMap((sentence) =>
    readClauses(sentence).map((clause) => ({ ...clause, isQuestion: clause.isQuestion || sentence.trimEnd().endsWith('?') })),
  )
  const read = clauses.map((clause) => ({ clause, deed: deedOf(clause) }))
  const deeds = read.flatMap(({ deed }) => deed ?? [])
  const others = read.filter(({ clause, deed }) => deed === undefined && !FILLER.test(clause.words))
  if (deeds.length === 0 && others.length === 0 && ACKNOWLEDGE_EMOJI.test(text)) return { deeds: [{ kind: 'acknowledge' }], whole: true }
  return { deeds, whole: deeds.length > 0 && others.length === 0 }
}

/** Each with the sign that ends it. */
function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?;\n])(?=\s|$)/)
}

function deedOf({ words, negated, isQuestion, conditional }: ReturnType<typeof readClauses>[number]): Deed | undefined {
  if (isQuestion || (conditional && !SNOOZE.test(words))) return undefined
  if (SNOOZE.test(words)) return { kind: 'snooze', minutes: minutesOf(words) }
  if (negated) return undefined
  if (FALSE_ALARM.test(words)) return { kind: 'false_alarm' }
  if (CLOSE_TICKET.test(words)) return { kind: 'close_ticket' }
  if (RESOLVE.test(words)) return { kind: 'resolve' }
  return ACKNOWLEDGE.test(words) ? { kind: 'acknowledge' } : undefined
}

function minutesOf(words: string): number {
  const [, count, unit = ''] = HOW_LONG.exec(words) ?? []
  if (count === undefined) return SNOOZE_MINUTES
  return Math.min(Math.max(1, Number(count) * (HOURS.test(unit) ? 60 : 1)), LONGEST_SNOOZE_MINUTES)
}
