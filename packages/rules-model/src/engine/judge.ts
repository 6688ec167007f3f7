import { newestRate } from '../facts/error-rates.ts'
import type { Facts } from '../facts/facts.ts'
import { type Symptom, symptomsOf } from '../facts/symptoms.ts'
import { FAMILIES } from '../families/families.ts'
import type { Family, Story } from '../families/family.ts'
import { SIGNAL_IDS, signalOf } from '../signals/signals.ts'
import { isAbnormal, type Observations, observe, seenOf, storyOf } from './observe.ts'
import { type Assessment, scoreOf } from './score.ts'

/** A cause with what speaks for and against it, and how likely it is against the others. */
export interface Verdict {
  family: Family
  assessment: Assessment
  /** 0..1, with "none of these" among the possibilities. */
  probability: number
}

/** What "none of these" gets: some, and more with each thing that is out of the ordinary. */
const UNKNOWN_NATS = 1.3
const UNKNOWN_PER_ABNORMAL = 0.2
const MOST_ABNORMAL = 5
/** A cause that would not explain what was alerted on. */
const BESIDE_THE_POINT = -1.8
/** Each further alerted symptom that it leaves open. */
const LEFT_OPEN = -0.4
/** Less support than this is no support: such a cause is not weighed against the others. */
const NOTABLE_SUPPORT = 0.7
/** What is as it should be speaks for these; every other cause needs something that is not. */
const FOR_WANT_OF_TROUBLE = new Set<string>(['nothing_wrong', 'alert_rule_defect'])
/** Levels that are over by now, and were out of the ordinary, or came before. */
const PAST = /^(eased|fallen|back|came_back|setting_before)$/

/** Every family with its probability, most likely first. */
export function judge(facts: Facts, observations: Observations = observe(facts)): Verdict[] {
  const story = storyOf(facts, observations)
  const alerted = mainSymptoms(facts)
  const assessed = candidates(observations).map((family) => {
    const assessment = scoreOf(family, observations, story)
    const nats = calmOf(family, assessment) + fitOf(family, alerted) + placeOf(family, facts, story)
    return { family, assessment: { ...assessment, nats } }
  })
  const abnormal = SIGNAL_IDS.filter((id) => {
    const seen = seenOf(observations, id)
    return seen !== undefined && isAbnormal(id, seen)
  }).length
  const unknown = Math.exp(UNKNOWN_NATS + UNKNOWN_PER_ABNORMAL * Math.min(abnormal, MOST_ABNORMAL))
  const weighed = assessed.map((verdict) => (hasSupport(verdict) ? Math.exp(verdict.assessment.nats) : 0))
  const total = weighed.reduce((sum, each) => sum + each, unknown)
  return assessed
    .map((verdict, index) => ({ ...verdict, probability: (weighed[index] ?? 0) / total }))
    .sort((a, b) => b.probability - a.probability || b.assessment.nats - a.assessment.nats)
}

/** One thing that is wrong is not outweighed by all that is well beside it: against it only what is known of the rule itself counts. */
const WRONG = -4
const OF_THE_RULE = new Set(['rule', 'division'])

function calmOf({ cause, prior }: Family, { nats, for: support, against }: Assessment): number {
  const isWrong = FOR_WANT_OF_TROUBLE.has(cause) && against.some(({ weight }) => weight <= WRONG)
  if (!isWrong) return nats
  const ofRule = support.filter(({ signal }) => OF_THE_RULE.has(signalOf(signal).source)).reduce((sum, { weight }) => sum + weight, 0)
  return Math.min(nats, Math.log(prior) + ofRule + Math.min(...against.map(({ weight }) => weight)))
}

function hasSupport({ family, assessment }: Omit<Verdict, 'probability'>): boolean {
  if (FOR_WANT_OF_TROUBLE.has(family.cause)) return true
  return assessment.for.some(({ signal, weight, seen }) => weight >= NOTABLE_SUPPORT && (isAbnormal(signal, seen) || PAST.test(seen.level)))
}

/** Readings of other services never speak about one that cannot be seen. */
function candidates(observations: Observations): readonly Family[] {
  return seenOf(observations, 'sight')?.level === 'out_of_sight' ? FAMILIES.filter(({ cause }) => cause === 'out_of_sight') : FAMILIES
}

/** A cause that is seen on other instances only than the alert names. */
const ELSEWHERE = -1.4

function placeOf({ tell }: Family, { subject }: Facts, story: Story): number {
  const found = story.instances(...(tell.instances ?? []))
  const named = subject.instances
  const meets = found.some((instance) => named.some((name) => instance === name || instance.endsWith(name)))
  return named.length === 0 || found.length === 0 || meets ? 0 : ELSEWHERE
}

function fitOf({ explains }: Family, alerted: Set<Symptom>): number {
  const open = [...alerted].filter((symptom) => !explains.includes(symptom)).length
  if (open === 0) return 0
  return open === alerted.size ? BESIDE_THE_POINT : LEFT_OPEN * open
}

/** What has to be explained: the alerts' symptoms, and failing requests where they are many and go on. */
export function mainSymptoms(facts: Facts): Set<Symptom> {
  const symptoms = symptomsOf(facts.alerts, undefined)
  if ((newestRate(facts) ?? 0) >= 0.1) symptoms.add('errors')
  return symptoms
}
