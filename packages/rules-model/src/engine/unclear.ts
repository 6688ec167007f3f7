import { sayRate, within } from '../facts/error-rates.ts'
import type { Facts } from '../facts/facts.ts'
import type { Seen } from '../signals/signal.ts'
import { SIGNAL_IDS } from '../signals/signals.ts'
import { excerpt } from '../wording.ts'
import type { Verdict } from './judge.ts'
import { isAbnormal, type Observations, seenOf } from './observe.ts'
import type { Told } from './tell.ts'
import { theOne } from './the-one.ts'

/** Below this a guess is not worth naming. */
const WEAK_GUESS = 0.2

/** The honest end of an investigation that has led nowhere: what was seen, what could not be, and what fits best so far. */
export function cannotTell(facts: Facts, verdicts: Verdict[], observations: Observations): Told {
  const unseen = failures(facts).slice(0, 6)
  const noTraffic = facts.rate.kind === 'seen' && facts.rate.value.last_minute.error_rate === null
  const odd = oddities(observations).slice(0, 5)
  const rate = facts.rate.kind === 'seen' ? sayRate(facts.rate) : undefined
  const says = [...new Set([...(rate && rate.rate > 0 ? [rate.says] : []), ...odd.map((seen) => seen.says)])].slice(0, 4)
  const guesses = verdicts.filter(({ probability, family }) => probability >= WEAK_GUESS && family.cause !== 'nothing_wrong').slice(0, 2)
  const one = theOne(facts)
  const pieces = [
    `I cannot tell what is wrong with ${facts.service}.`,
    ...(one ? [`It is on ${one} alone; the others are well.`] : []),
    ...(noTraffic
      ? [
          `No request came ${within(facts.rate.kind === 'seen' ? facts.rate.value.last_minute.window_seconds : 60)}, so the error rate is unknown, not zero.`,
        ]
      : []),
    ...(says.length > 0 ? [`Seen: ${says.join('; ')}.`] : []),
    ...(unseen.length > 0 ? [`Could not be seen: ${unseen.join('; ')}.`] : []),
    ...(guesses.length > 0 ? [`What fits best so far, weakly: ${guesses.map(({ family }) => family.name).join('; or ')}.`] : []),
  ]
  return {
    rootCause: pieces.join(' ').slice(0, 1_000),
    component: facts.service,
    instances: one ? [one] : [],
    routes: [],
    nextSteps: [
      ...(one ? [`Take ${one} out of rotation, whatever the cause, and look at it there.`] : []),
      ...(unseen.length > 0 ? ['Find out why the agent could not see everything (named in the cause); then look again.'] : []),
      ...(noTraffic ? [`Check whether requests reach ${facts.service} at all: clients, DNS, load balancer.`] : []),
      `Look at ${facts.service} by hand: its log, its dashboards, its last release.`,
    ],
    suggestedFix: undefined,
    place: undefined,
    quotes: [...(rate?.quote ? [rate.quote] : []), ...odd.flatMap(({ quote }) => quote ?? [])],
  }
}

function oddities(observations: Observations): Seen[] {
  return SIGNAL_IDS.flatMap((id) => {
    const seen = seenOf(observations, id)
    return seen && isAbnormal(id, seen) ? [seen] : []
  })
}

function failures({ calls }: Facts): string[] {
  const answered = new Set(calls.flatMap(({ name, outcome }) => (outcome.kind === 'ok' ? [name] : [])))
  const failed = calls.flatMap(({ name, outcome }) => {
    if (name === 'send_diagnosis') return []
    const part = answered.has(name) ? 'a part of ' : ''
    if (outcome.kind === 'failed') return [`${part}${name} (${excerpt(outcome.message, 100)})`]
    return outcome.kind === 'garbled' ? [`${part}${name} (its answer could not be read)`] : []
  })
  return [...new Set(failed)]
}
