import { newestRate } from './facts/error-rates.ts'
import type { Facts } from './facts/facts.ts'
import { type Symptom, symptomsOf } from './facts/symptoms.ts'
import { HYPOTHESES } from './hypotheses/hypotheses.ts'
import type { Assessment, Hypothesis } from './hypotheses/hypothesis.ts'
import { nothingWrong } from './hypotheses/nothing-wrong.ts'
import { scoreOf } from './score.ts'

/** A cause with what speaks for and against it, and how well it stands. */
export interface Verdict {
  hypothesis: Hypothesis
  assessment: Assessment
  score: number
}

/** A cause that would not explain what was alerted on counts this much less. */
const BESIDE_THE_POINT = 0.6

/** Every hypothesis with its score, best first. */
export function judge(facts: Facts): Verdict[] {
  const felt = mainSymptoms(facts)
  const verdicts = HYPOTHESES.map((hypothesis) => {
    const assessment = hypothesis.assess(facts)
    const explains = felt.size === 0 || hypothesis.explains.some((symptom) => felt.has(symptom))
    return { hypothesis, assessment, score: scoreOf(assessment) * (explains ? 1 : BESIDE_THE_POINT) }
  })
  const strongest = Math.max(...verdicts.map(({ hypothesis, score }) => (hypothesis === nothingWrong ? 0 : score)))
  // Whatever else stands speaks against "nothing is wrong".
  const weighed = verdicts.map((verdict) =>
    verdict.hypothesis === nothingWrong ? { ...verdict, score: verdict.score * (1 - strongest) } : verdict,
  )
  return weighed.sort((a, b) => b.score - a.score)
}

/** What has to be explained: the alerts' symptoms, and failing requests where they are many and go on. */
export function mainSymptoms(facts: Facts): Set<Symptom> {
  const symptoms = symptomsOf(facts.alerts, undefined)
  if ((newestRate(facts) ?? 0) >= 0.1) symptoms.add('errors')
  return symptoms
}

/** True while the evidence has not all but excluded it. */
export function isOpen({ assessment }: Verdict): boolean {
  return scoreOf({ for: assessment.against, against: [], unseen: [] }) < 0.75
}
