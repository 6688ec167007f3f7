import { CAUSE_CLASSES, type CauseId, type Diagnosis } from '@oncall-lab/on-call-agent/api'
import { isReported } from '../facts/alerts.ts'
import type { Ease } from '../facts/ease.ts'
import type { Facts } from '../facts/facts.ts'
import { type Symptom, symptomsOf } from '../facts/symptoms.ts'
import { decidePriority } from '../priority.ts'
import type { Quote } from '../quote.ts'
import type { Refusals } from '../refusals.ts'
import type { SignalId } from '../signals/signals.ts'
import { fit } from '../wording.ts'
import { alternativesTo } from './alternatives.ts'
import { confidenceOf } from './confidence.ts'
import { groundsOf } from './grounds.ts'
import { judge, type Verdict } from './judge.ts'
import { type Observations, observe, seenOf } from './observe.ts'
import { recoveryOf } from './recovery.ts'
import { type Told, tell } from './tell.ts'
import { cannotTell } from './unclear.ts'
import { MOST_FOR_A_REPORT, unconfirmed } from './unconfirmed.ts'

const DIAGNOSED = 0.8
const SUSPECTED = 0.45
/** Its own signal is back, and Prometheus lists the alert no longer. */
const OVER = 0.85
const MOST_QUOTES = 10

/** What the facts amount to, in the form of `send_diagnosis`; `refusals` is what was refused of it before. */
export function diagnose(facts: Facts, refusals: Refusals): Diagnosis {
  const observations = observe(facts)
  const verdicts = judge(facts, observations)
  const [best, ...others] = verdicts
  if (!best) throw new Error('There is no family')
  const isUnconfirmed = best.family.cause === 'nothing_wrong' && isReported(facts)
  const confidence = Math.min(confidenceOf(groundsOf(best, others, observations)), isUnconfirmed ? MOST_FOR_A_REPORT : 1)
  const ease = recoveryOf(facts, observations, best)
  const symptoms = symptomsOf(facts.alerts, undefined)
  const isToBeSeen = isReadable(facts) || (best.family.cause === 'alert_rule_defect' && ruleIsWrong(observations))
  const decided = isToBeSeen ? decide(best, confidence, { ease, symptoms, observations, isUnconfirmed }) : decideBlind(best, confidence)
  const told = wordsOf(facts, [best, ...others], observations, { decided, ease })
  const alternatives = decided.cause === 'out_of_sight' ? [] : alternativesTo(facts, decided.status === 'inconclusive' ? verdicts : others)
  const evidence = usable(
    [
      ...(decided.status === 'recovered' && ease.quote ? [ease.quote] : []),
      ...told.quotes,
      ...alternatives.flatMap(({ quotes }) => quotes),
    ],
    refusals,
  )
  // That it is over is one thing, and what it was another; without the log, a pause between two failures looks the same.
  const isOver =
    decided.status === 'recovered' &&
    facts.logs.kind === 'seen' &&
    ease.kind === 'yes' &&
    seenOf(observations, 'alertState')?.level === 'not_firing'
  const claimed =
    decided.status === 'inconclusive' ? Math.min(confidence, SUSPECTED - 0.05) : isOver ? Math.max(confidence, OVER) : confidence
  const cited = new Set(evidence.map(({ quote }) => quote))
  const status = decided.status === 'diagnosed' && evidence.length === 0 ? 'suspected' : decided.status
  return {
    status,
    cause: decided.cause,
    class: CAUSE_CLASSES[decided.cause],
    root_cause: told.rootCause.slice(0, 1_000),
    confidence: Number(claimed.toFixed(2)),
    evidence,
    priority: decidePriority(facts, status),
    next_steps: told.nextSteps.map((step) => fit(step, 300)).slice(0, 8),
    component: told.component,
    ...(told.instances.length > 0 && { instances: told.instances }),
    ...(told.routes.length > 0 && { routes: told.routes }),
    ...(told.place && !refusals.place && { affected_file: told.place.file, line_number: told.place.line }),
    ...(told.suggestedFix && { suggested_fix: fit(told.suggestedFix, 1_000) }),
    // One whose quotes found no room would state what nobody can check.
    alternatives: alternatives.flatMap(({ says, quotes }) => (quotes.every(({ quote }) => cited.has(quote)) ? [says] : [])),
  }
}

/** That a rule is wrong is said of a rule that was read. */
function ruleIsRead(observations: Observations): boolean {
  return seenOf(observations, 'ruleClaim')?.level === 'contradicted' || ruleIsWrong(observations)
}

/** The rule shows it by itself, whatever it is about. */
function ruleIsWrong(observations: Observations): boolean {
  return (
    ['broken', 'no_number'].includes(seenOf(observations, 'rule')?.level ?? '') || seenOf(observations, 'ruleDivisor')?.level === 'vanished'
  )
}

interface Decided {
  status: Diagnosis['status']
  cause: CauseId
}

/** Whether the alert names something that any reading shows; otherwise all may be well that can be seen, and the alert right. */
function isReadable({ alerts }: Facts): boolean {
  return alerts.length === 0 || symptomsOf(alerts, undefined).size > 0
}

function decideBlind(best: Verdict, confidence: number): Decided {
  const calm = best.family.cause === 'nothing_wrong' || best.family.cause === 'alert_rule_defect'
  return calm
    ? { status: 'inconclusive', cause: 'unknown' }
    : decide(best, confidence, { ease: { kind: 'unknown', says: '' }, symptoms: new Set() })
}

/** What shows of each symptom that it is not there. */
const SHOWN_BY: Record<Symptom, readonly SignalId[]> = {
  errors: ['errors'],
  latency: ['latency'],
  cpu: ['cpu'],
  memory: ['memory'],
  availability: ['running', 'targets'],
  database: ['databaseReach', 'databaseDoor', 'pool', 'latency'],
  traffic: ['traffic'],
  monitoring: ['targets', 'scrapes'],
  disk: [],
}

/** Whether a reading failed that would have shown what was alerted on, or none was made: then "nothing is wrong" cannot be said. */
function hidden(symptoms: ReadonlySet<Symptom>, observations: Observations): boolean {
  return [...symptoms].some((symptom) => {
    const kinds = SHOWN_BY[symptom].map((id) => observations[id].kind)
    return !kinds.includes('seen') || (symptom !== 'database' && kinds.includes('failed'))
  })
}

/** What can be claimed, by how sure it is and by whether the alert's own signal has stopped. */
function decide(
  { family }: Verdict,
  confidence: number,
  {
    ease,
    symptoms,
    observations,
    isUnconfirmed = false,
  }: { ease: Ease; symptoms: ReadonlySet<Symptom>; observations?: Observations; isUnconfirmed?: boolean },
): Decided {
  const { cause } = family
  if (cause === 'out_of_sight') return { status: 'inconclusive', cause }
  const calm = cause === 'nothing_wrong' || cause === 'alert_rule_defect'
  if (calm && observations && hidden(symptoms, observations)) return { status: 'inconclusive', cause: 'unknown' }
  if (ease.kind === 'yes' && (confidence >= SUSPECTED || calm)) return { status: 'recovered', cause: 'recovered' }
  const never = observations !== undefined && seenOf(observations, 'rule')?.level === 'never'
  if (calm && !never && observations && seenOf(observations, 'errorHistory')?.level === 'passed' && confidence >= SUSPECTED)
    return { status: 'recovered', cause: 'recovered' }
  if (cause === 'alert_rule_defect' && observations && !ruleIsRead(observations)) return { status: 'inconclusive', cause: 'unknown' }
  if (isUnconfirmed && confidence >= SUSPECTED) return { status: 'suspected', cause }
  if (cause === 'nothing_wrong')
    return confidence >= DIAGNOSED ? { status: 'false_alarm', cause } : { status: 'inconclusive', cause: 'unknown' }
  if (confidence < SUSPECTED) return { status: 'inconclusive', cause: 'unknown' }
  return { status: confidence >= DIAGNOSED ? 'diagnosed' : 'suspected', cause }
}

function wordsOf(
  facts: Facts,
  verdicts: [Verdict, ...Verdict[]],
  observations: Observations,
  { decided, ease }: { decided: Decided; ease: Ease },
): Told {
  if (decided.cause === 'unknown') return cannotTell(facts, verdicts, observations)
  if (decided.cause === 'nothing_wrong' && isReported(facts)) return unconfirmed(facts, observations)
  if (decided.status !== 'recovered') return tell(facts, verdicts, observations)
  const calm = ['nothing_wrong', 'alert_rule_defect'].includes(verdicts[0].family.cause)
  const passed = seenOf(observations, 'errorHistory')
  if (!calm) return tell(facts, verdicts, observations, { lead: `It has stopped: ${ease.says}. What it was, most likely: ` })
  const told = tell(facts, verdicts, observations)
  const history = passed?.level === 'passed' ? ` ${facts.service} was in trouble for a while: ${passed.says}.` : ''
  const diary = seenOf(observations, 'recentChange')
  const changed = diary && !['earlier', 'undated', 'none'].includes(diary.level) ? diary : undefined
  const seenNow =
    ease.kind === 'yes'
      ? ease.says
      : `nothing of it is left in what I could read${facts.rate.kind === 'seen' ? '' : ', which is not the error rate'}`
  return {
    ...told,
    rootCause: `It has stopped: ${seenNow}.${history}${changed === undefined ? '' : ` What changed: ${changed.says}.`} What is left to read does not show the cause.`,
    nextSteps: ['Look at the log and the dashboards of that moment by hand.', 'Watch the next 15 minutes; if it comes back, look at once.'],
    quotes: [...(passed?.quote ? [passed.quote] : []), ...(changed?.quote ? [changed.quote] : []), ...told.quotes],
  }
}

function usable(quotes: Quote[], refusals: Refusals): Quote[] {
  const seen = new Set<string>()
  return quotes.filter(({ quote }) => !refusals.quotes.has(quote) && !seen.has(quote) && seen.add(quote)).slice(0, MOST_QUOTES)
}
