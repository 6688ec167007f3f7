import type { CauseId, Diagnosis, Hypothesis } from '@oncall-lab/on-call-agent/api'
import type { NoteHypothesesArgs } from '@oncall-lab/on-call-agent/functions'
import type { Static } from 'typebox'
import type { Facts } from '../facts/facts.ts'
import { excerpt } from '../wording.ts'
import { judge, type Verdict } from './judge.ts'

const MOST = 5
const FEWEST = 2
/** Below this a cause that something speaks against is refuted. */
const REFUTED_BELOW = 0.05
const MOST_QUOTES = 3

/** The ranking of the causes as it stands, in the form of `note_hypotheses`; `concluded` is the diagnosis that follows from it, if one does. */
export function hypothesesFrom(facts: Facts, concluded?: Diagnosis): Static<typeof NoteHypothesesArgs> {
  const verdicts = judge(facts)
  const ranked = oneForEachCause(verdicts).filter((verdict, index) => index < FEWEST || isWorthSaying(verdict))
  const told = ranked.slice(0, MOST).map((verdict) => toHypothesis(verdict, concluded?.cause))
  if (told.length >= FEWEST) return { hypotheses: told }
  return { hypotheses: told, reason: 'No target sees the service, so no other cause can be told apart from it.' }
}

/** Likeliest first. Causes that nothing was seen of fill up to two, so that there is something to compare with. */
function oneForEachCause(verdicts: Verdict[]): Verdict[] {
  const first = verdicts.filter((verdict, index) => verdicts.findIndex(({ family }) => family.cause === verdict.family.cause) === index)
  const seen = first.filter(({ assessment }) => assessment.for.length > 0 || assessment.against.length > 0)
  return seen.length >= FEWEST ? seen : first.slice(0, FEWEST)
}

/** What is next to impossible and that nothing speaks against was not considered. */
const isWorthSaying = ({ probability, assessment }: Verdict) => probability >= 0.01 || assessment.against.length > 0

function toHypothesis({ family, assessment, probability }: Verdict, concluded: CauseId | undefined): Hypothesis {
  const isConcluded = concluded === family.cause
  const isRefuted = !isConcluded && probability < REFUTED_BELOW && assessment.against.length > 0
  const findings = isRefuted ? assessment.against : assessment.for
  const says = findings[0]?.seen.says
  return {
    cause: family.cause,
    statement: excerpt(says ? `${family.name}: ${says}` : family.name, 300),
    confidence: Number(probability.toFixed(2)),
    status: isConcluded ? 'supported' : isRefuted ? 'refuted' : 'open',
    because: findings
      .flatMap(({ seen }) => seen.quote ?? [])
      .filter(({ quote }) => quote.trim() !== '')
      .slice(0, MOST_QUOTES),
  }
}
