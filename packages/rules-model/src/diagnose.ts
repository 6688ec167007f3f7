import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { rateFindings } from './facts/error-rates.ts'
import type { Facts } from './facts/facts.ts'
import type { Ease } from './hypotheses/hypothesis.ts'
import { judge, mainSymptoms, type Verdict } from './judge.ts'
import { decidePriority } from './priority.ts'
import type { Quote } from './quote.ts'
import type { Refusals } from './refusals.ts'
import { excerpt, fit, list, percent } from './wording.ts'

const DIAGNOSED = 0.8
const SUSPECTED = 0.45
/** Two causes closer than this are not told apart. */
const MARGIN = 0.1

/** What the facts amount to, in the form of `send_diagnosis`; `refusals` is what was refused of it before. */
export function diagnose(facts: Facts, refusals: Refusals): Diagnosis {
  const verdicts = judge(facts)
  const [best, next] = verdicts
  if (!best) throw new Error('There is no hypothesis')
  const ease = best.hypothesis.hasEased(facts)
  const status = decideStatus(best, next, ease)
  const evidence = collectEvidence(verdicts, status === 'recovered' ? ease.quote : undefined, refusals.quotes)
  const told = status === 'inconclusive' ? cannotTell(facts, verdicts) : best.hypothesis.conclude(facts)
  const stopped = status === 'recovered' ? ` It has stopped: ${ease.says}.` : ''
  const unseen =
    status === 'inconclusive' || best.assessment.unseen.length === 0
      ? ''
      : ` Not seen: ${list([...new Set(best.assessment.unseen)].slice(0, 4))}.`
  return {
    // What nothing can be quoted for is not shown.
    status: status === 'diagnosed' && evidence.length === 0 ? 'suspected' : status,
    root_cause: `${fit(told.rootCause, 1_000 - stopped.length - Math.min(unseen.length, 250))}${fit(unseen, 250)}${stopped}`.slice(
      0,
      1_000,
    ),
    confidence: Number((status === 'inconclusive' ? Math.min(best.score, SUSPECTED - 0.05) : best.score).toFixed(2)),
    evidence,
    priority: decidePriority(facts, status),
    next_steps: told.nextSteps.map((step) => fit(step, 300)).slice(0, 8),
    component: told.component,
    ...(told.instances.length > 0 && { instances: told.instances }),
    ...(told.routes.length > 0 && { routes: told.routes }),
    ...(told.place && !refusals.place && { affected_file: told.place.file, line_number: told.place.line }),
    ...(told.suggestedFix && { suggested_fix: fit(told.suggestedFix, 1_000) }),
    alternatives: sayAlternatives(facts, verdicts.slice(1)),
  }
}

/** What of it can be claimed, by score, by distance to the next cause, and by whether it has stopped. */
function decideStatus(best: Verdict, next: Verdict | undefined, ease: Ease): Diagnosis['status'] {
  if (best.score < SUSPECTED) return 'inconclusive'
  if (ease.kind === 'yes') return 'recovered'
  if (best.hypothesis.id === 'nothing_wrong')
    return best.score >= DIAGNOSED && best.assessment.unseen.length === 0 ? 'false_alarm' : 'inconclusive'
  const close = next !== undefined && next.hypothesis.id !== 'nothing_wrong' && best.score - next.score < MARGIN
  return best.score >= DIAGNOSED && !close ? 'diagnosed' : 'suspected'
}

function collectEvidence([best, ...others]: Verdict[], first: Quote | undefined, rejected: Set<string>): Quote[] {
  const strongest = (best?.assessment.for ?? []).toSorted((a, b) => b.weight - a.weight).map(({ quote }) => quote)
  const against = others.flatMap(({ assessment }) => assessment.against).map(({ quote }) => quote)
  const seen = new Set<string>()
  const usable = [first, ...strongest, ...against].flatMap((quote) => {
    if (!quote || rejected.has(quote.quote) || seen.has(quote.quote)) return []
    seen.add(quote.quote)
    return [quote]
  })
  const own = strongest.filter((quote) => quote && usable.includes(quote)).length + (first ? 1 : 0)
  return usable.slice(0, Math.min(5, Math.max(own, 2)))
}

function sayAlternatives(facts: Facts, others: Verdict[]): string[] {
  const felt = mainSymptoms(facts)
  // What was not ruled out first; then what would explain the alert best.
  const rank = ({ hypothesis, score }: Verdict) => (score >= 0.3 ? -1 : hypothesis.explains.findIndex((symptom) => felt.has(symptom)))
  return others
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap(({ hypothesis, assessment, score }) => {
      const relevant = felt.size === 0 || hypothesis.explains.some((symptom) => felt.has(symptom))
      const against = assessment.against
        .toSorted((a, b) => b.weight - a.weight)
        .slice(0, 2)
        .map(({ says }) => says)
      if (!relevant || (against.length === 0 && score < 0.3)) return []
      const verdict =
        against.length > 0
          ? `against it: ${against.join('; ')}`
          : `not ruled out (${percent(score)}): ${assessment.for[0]?.says ?? 'nothing seen'}`
      return [excerpt(`${hypothesis.name}: ${verdict}`, 300)]
    })
    .slice(0, 4)
}

/** The honest end of an investigation that has led nowhere. */
function cannotTell(facts: Facts, verdicts: Verdict[]): ReturnType<Verdict['hypothesis']['conclude']> {
  const [best] = verdicts
  const unseen = [...new Set([...failures(facts), ...(best?.assessment.unseen ?? [])])].slice(0, 6)
  const noTraffic = facts.rate.kind === 'seen' && facts.rate.value.last_minute.error_rate === null
  const failing = rateFindings(facts, []).for.map(({ says }) => says)
  const seen = [
    ...new Set([
      ...failing,
      ...verdicts.filter(({ score }) => score >= 0.15).flatMap(({ assessment }) => assessment.for.map(({ says }) => says)),
    ]),
  ].slice(0, 4)
  const guess =
    best && best.score >= 0.2 && best.hypothesis.id !== 'nothing_wrong' ? ` What fits best so far, weakly: ${best.hypothesis.name}.` : ''
  return {
    rootCause: `I cannot tell what is wrong with ${facts.service}.${noTraffic ? ' No request came within the last minute, so the error rate is unknown, not zero.' : ''}${
      seen.length > 0 ? ` Seen: ${seen.join('; ')}.` : ''
    }${unseen.length > 0 ? ` Could not be seen: ${unseen.join('; ')}.` : ''}${guess}`,
    component: facts.service,
    instances: [],
    routes: [],
    nextSteps: [
      ...(unseen.length > 0 ? ['Find out why the agent could not see everything (named in the cause); then look again.'] : []),
      ...(noTraffic ? [`Check whether requests reach ${facts.service} at all: clients, DNS, load balancer.`] : []),
      `Look at ${facts.service} by hand: its log, its dashboards, its last release.`,
    ],
    suggestedFix: undefined,
    place: undefined,
  }
}

function failures({ calls }: Facts): string[] {
  return calls.flatMap(({ name, outcome }) => {
    if (name === 'send_diagnosis') return []
    if (outcome.kind === 'failed') return [`${name} (${excerpt(outcome.message, 100)})`]
    return outcome.kind === 'garbled' ? [`${name} (its answer could not be read)`] : []
  })
}
