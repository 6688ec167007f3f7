import type { CauseId } from '@oncall-lab/on-call-agent/api'
import { FindSimilarResult } from '@oncall-lab/on-call-agent/look-functions'
import type { Facts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'

export const SIMILAR: Question = { tool: 'find_similar_incidents', args: {} }
/** Earlier diagnoses less sure than this are no hint. */
const NOTABLE = 0.6
const DOUBTED = /\b(?:wrong|not (?:it|that|the)|false|actually|instead|was something else)\b/i

/**
 * What incidents that looked alike turned out to be, the most similar first. A hint what to ask first and nothing more: it is no evidence, so the verdict rests on present
 * readings alone, and a wrong memory costs a question.
 */
export function rememberedCauses(facts: Facts): CauseId[] {
  const reading = facts.result(FindSimilarResult, SIMILAR)
  if (reading.kind !== 'seen') return []
  const usable = reading.value.similar.filter(
    ({ cause, confidence, people_said }) =>
      cause !== null && (confidence ?? 0) >= NOTABLE && !people_said.some((words) => DOUBTED.test(words)),
  )
  // A word of the list, or none that any family bears.
  return [...new Set(usable.map(({ cause }) => cause as CauseId))]
}
