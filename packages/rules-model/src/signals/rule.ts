import { AlertExpressionResult } from '@oncall-lab/on-call-agent/look-functions'
import { divisionIn } from '../facts/division.ts'
import { within } from '../facts/error-rates.ts'
import type { Facts, Reading } from '../facts/facts.ts'
import { latencyNow } from '../facts/load.ts'
import type { Question } from '../facts/metric-queries.ts'
import { ALERT_RULE as RULE } from '../facts/onset.ts'
import { isAboutOwnRequests, isAboutTime } from '../facts/rule-subject.ts'
import { newestTime, presentValue, type Series, samplesOf } from '../facts/series.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { excerpt, percent } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

const COURSE_SECONDS = 900

type Rule = Extract<Reading<AlertExpressionResult>, { kind: 'seen' }>
const ruleOf = (facts: Facts) => facts.result(AlertExpressionResult, RULE)
const lastValue = ({ value: { course } }: Rule) => course.map(({ points }) => points.at(-1)?.[1] ?? null)

/** Requests succeed, so an alert that fires about them is worth reading. */
const isCalm = ({ rate }: Facts) => rate.kind === 'seen' && (rate.value.last_15_seconds.error_rate ?? 1) < 0.02

/** Whether the alert's rule can be evaluated and is true at this moment. */
export const rule = defineSignal({
  about: 'the alert’s rule',
  source: 'rule',
  levels: ['broken', 'no_number', 'true', 'false', 'never'],
  abnormal: ['broken', 'no_number'],
  questions: (facts) => (facts.alerts.length > 0 && isCalm(facts) ? [RULE] : []),
  read: (facts) => {
    const reading = ruleOf(facts)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { rule_health, rule_error, true_now, alertname, threshold } = reading.value
    if (rule_health !== 'ok' && rule_health !== 'unknown')
      return seen('broken', `the rule of ${alertname} cannot be evaluated ("${excerpt(rule_error ?? rule_health, 120)}")`, {
        quote: quoteFrom(reading.call, ...memberOf('rule_health', rule_health)),
      })
    const quote = quoteFrom(reading.call, ...memberOf('true_now', true_now))
    if (!true_now)
      return wasNever(facts, reading)
        ? seen('never', `the rule of ${alertname} is not true and has not come near it since well before the alert`, {
            quote,
          })
        : seen('false', `the rule of ${alertname} is not true at this moment`, { quote })
    const values = lastValue(reading)
    if (values.length > 0 && values.every((value) => value === null))
      return seen('no_number', `the rule of ${alertname} is true while what it compares is no number (a division by nothing)`, {
        quote: quoteFrom(reading.call, ...memberOf('expression', reading.value.expression)) ?? quote,
      })
    return seen('true', `the rule of ${alertname} is true at this moment${threshold ? ` (${excerpt(threshold, 60)})` : ''}`, { quote })
  },
})

/** No value that it compares came to half of its limit (one that is not split gives values only where it is true), and no burst of failures was counted that lies between two of them. */
function wasNever(facts: Facts, { value: { threshold, course } }: Rule): boolean {
  const burst = facts.rate.kind === 'seen' ? (facts.rate.value.onset?.error_rate_within ?? 0) : 1
  const values = course.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []))
  if (burst >= BURST) return false
  if (threshold === null) return values.length === 0
  const limit = Number(/^>=?\s*([\d.]+)(?:\s+(?:and|unless)\b|$)/.exec(threshold)?.[1] ?? 0)
  return limit > 0 && values.length > 0 && Math.max(...values) < limit / 2
}

/** A part of the requests that fails so is no stray. */
const BURST = 0.2

/** Whether what the rule claims is what the readings show. */
export const ruleClaim = defineSignal({
  about: 'what the alert’s rule claims',
  source: 'rule',
  levels: ['contradicted', 'borne_out'],
  abnormal: ['contradicted'],
  questions: (facts) => rule.questions(facts),
  read: (facts) => {
    const reading = ruleOf(facts)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const claimed = Math.max(...lastValue(reading).map((value) => value ?? 0), 0)
    if (!reading.value.true_now || claimed === 0) return EMPTY
    if (!isAboutOwnRequests(reading.value.expression, facts.job)) return EMPTY
    // An incident may have several alerts; this is the rule of one.
    const isTimed = isAboutTime(reading.value.expression)
    const measured = isTimed ? latencyMeasured(facts) : errorsMeasured(facts)
    if (!measured) return EMPTY
    const { value, says } = measured
    // A rule speaks in its own unit: a share or a percentage, seconds or milliseconds.
    const scales = isTimed ? [1, 1_000] : [1, 100]
    const quote = quoteFrom(reading.call, ...memberOf('expression', reading.value.expression), ...memberOf('true_now', true))
    const fits = scales.some((scale) => value * scale >= claimed / 3)
    return fits
      ? seen('borne_out', `the rule’s value (${claimed}) is what the readings show`, { quote })
      : seen('contradicted', `the rule’s value is ${claimed}, and ${says}`, { quote, text: reading.value.expression })
  },
})

function errorsMeasured({ rate }: Facts): { value: number; says: string } | undefined {
  if (rate.kind !== 'seen') return undefined
  const { last_minute, last_15_seconds } = rate.value
  if (last_minute.error_rate === null) return undefined
  const value = Math.max(last_minute.error_rate, last_15_seconds.error_rate ?? 0)
  return {
    value,
    says: `${percent(last_minute.error_rate)} of all requests failed ${within(last_minute.window_seconds)}, counted without it`,
  }
}

function latencyMeasured(facts: Facts): { value: number; says: string } | undefined {
  const now = latencyNow(facts)
  return now && { value: now.value, says: '95 % of the answers are far quicker' }
}

/** What the rule divides by: whether that has gone or shrunk. */
export const ruleDivisor = defineSignal({
  about: 'what the alert’s rule divides by',
  source: 'division',
  levels: ['vanished', 'steady'],
  abnormal: ['vanished'],
  questions: (facts) => {
    const question = divisorQuestion(facts)
    return question && isCalm(facts) ? [question] : []
  },
  read: (facts) => {
    const question = divisorQuestion(facts)
    if (!question) return unread(ruleOf(facts)) ?? EMPTY
    const reading = facts.series(question)
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const { value: all, call } = reading
    const divisor = excerpt(String(question.args.query), 100)
    // A rule that gives a number has divided by something, whatever this look at it left out.
    if (all.length === 0 && hasNumber(ruleOf(facts))) return EMPTY
    if (all.length === 0)
      return seen('vanished', `what the rule divides by has no value (${divisor})`, {
        quote: quoteFrom(call, '"series":[]', '"series": []'),
      })
    const gone = all.find((series) => hasGone(series, all))
    const quote = quoteFrom(call, JSON.stringify((gone ?? all[0])?.points.at(-1)))
    return gone
      ? seen('vanished', `what the rule divides by has gone, or all but gone (${divisor})`, { quote })
      : seen('steady', 'what the rule divides by is as before', { quote })
  },
})

const hasNumber = (reading: Reading<AlertExpressionResult>) => reading.kind === 'seen' && lastValue(reading).some((value) => value !== null)

function divisorQuestion(facts: Facts): Question | undefined {
  const reading = ruleOf(facts)
  const divisor = reading.kind === 'seen' ? divisionIn(reading.value.expression)?.divisor : undefined
  return divisor ? { tool: 'query_prometheus', args: { query: divisor, range_seconds: COURSE_SECONDS } } : undefined
}

/** It ends before the others' newest time, or has fallen to a fifth. */
function hasGone(series: Series, all: Series[]): boolean {
  const now = presentValue(series, newestTime(all))
  const peak = Math.max(0, ...samplesOf(series).map(({ value }) => value))
  return peak > 0 && (now === undefined || now < peak / 5)
}
