import { AlertExpressionResult } from '@oncall-lab/on-call-agent/look-functions'
import { memberOf, type Quote, quoteFrom } from '../quote.ts'
import { clock } from '../wording.ts'
import { isReported } from './alerts.ts'
import type { Facts } from './facts.ts'
import type { Question } from './metric-queries.ts'
import { type Sample, type Series, samplesOf } from './series.ts'
import { isAboutErrors } from './symptoms.ts'

/** When a trouble began, by the readings themselves. */
export interface Onset {
  /** Milliseconds. */
  at: number
  /** When it stopped, where it has. */
  endedAt: number | undefined
  /** How far it may lie off, in milliseconds: counts tell it to a scrape, rates smear it over their window. */
  offMs: number
  says: string
  quote: Quote | undefined
}

/** Fewer failures than this part of the requests are no trouble that begins. */
const NOTABLE = 0.01
/** With scrapes every five seconds, as all that follow. */
const RATE_WINDOW_MS = 30_000
const COUNTED_OFF_MS = 10_000

/** The onset of failing requests, as they were counted. */
export function errorOnset({ rate, pace }: Pick<Facts, 'rate' | 'pace'>): Onset | undefined {
  if (rate.kind !== 'seen' || !rate.value.onset || rate.value.onset.error_rate_within < NOTABLE) return undefined
  const { at, ended_at } = rate.value.onset
  const until = ended_at === null ? '' : ` and stopped at ${clock(ended_at)}`
  return {
    at: Date.parse(at),
    endedAt: ended_at === null ? undefined : Date.parse(ended_at),
    offMs: COUNTED_OFF_MS * pace,
    says: `requests began to fail at ${clock(at)}${until}`,
    quote: quoteFrom(rate.call, ...memberOf('at', at)),
  }
}

/** Levels that differ less than this are one level. */
const LEAST_FACTOR = 1.6

/** When a course went from one level to another, up or down; undefined when it has one level only. */
export function stepIn(series: Series): { at: number; before: number; after: number } | undefined {
  const samples = samplesOf(series)
  const logs = samples.map(({ value }) => Math.log(Math.max(value, 1e-4)))
  const spread = (from: number, to: number) => {
    const part = logs.slice(from, to)
    const mean = part.reduce((sum, value) => sum + value, 0) / Math.max(part.length, 1)
    return { mean, error: part.reduce((sum, value) => sum + (value - mean) ** 2, 0) }
  }
  const whole = spread(0, logs.length).error
  let best: { index: number; error: number } | undefined
  for (let index = 2; index <= logs.length - 1; index += 1) {
    const error = spread(0, index).error + spread(index, logs.length).error
    if (error < (best?.error ?? whole)) best = { index, error }
  }
  const first: Sample | undefined = best && samples[best.index]
  if (!best || !first || best.error > 0.5 * whole) return undefined
  const [before, after] = [Math.exp(spread(0, best.index).mean), Math.exp(spread(best.index, logs.length).mean)]
  return Math.max(after / before, before / after) >= LEAST_FACTOR ? { at: first.at, before, after } : undefined
}

/** The earliest onset that the alerted readings show: of errors by their counts, else of latency, CPU or traffic by their courses. */
export function onsetOf(facts: Facts): Onset | undefined {
  const counted = errorOnset(facts)
  if (counted && (facts.symptoms.has('errors') || facts.symptoms.size === 0)) return counted
  // Their courses say nothing of processes that are gone, or of monitoring.
  const shown = (['latency', 'cpu', 'traffic', 'database'] as const).some((symptom) => facts.symptoms.has(symptom))
  const steps = (shown ? (['p95', 'cpu', 'traffic'] as const) : []).flatMap((name) => {
    const reading = facts.metric(name)
    if (reading.kind !== 'seen') return []
    return reading.value.flatMap((series) => {
      const step = stepIn(series)
      return step && (step.after > step.before || name === 'traffic') ? [{ step, call: reading.call, series }] : []
    })
  })
  const earliest = (facts.startedAt ?? 0) - BEFORE_ALERT_MS * facts.pace
  const [first] = steps.filter(({ step }) => step.at >= earliest).sort((a, b) => a.step.at - b.step.at)
  if (!first) return facts.symptoms.has('availability') || facts.symptoms.has('monitoring') ? undefined : counted
  const at = first.step.at - (RATE_WINDOW_MS * facts.pace) / 2
  return {
    at,
    endedAt: undefined,
    offMs: RATE_WINDOW_MS * facts.pace,
    says: `it began around ${clock(at)}`,
    quote: quoteFrom(first.call, JSON.stringify(first.series.points.find(([time]) => Date.parse(time) === first.step.at))),
  }
}

/** The rule behind the alert that came first. */
export const ALERT_RULE: Question = { tool: 'get_alert_expression', args: {} }

/** When the value that the alert's rule compares left what it was, where the rule was read and is true now. */
function ruleOnset(facts: Facts): Onset | undefined {
  const reading = facts.result(AlertExpressionResult, ALERT_RULE)
  if (reading.kind !== 'seen' || !reading.value.true_now) return undefined
  const begins = reading.value.course.flatMap((series) => {
    const step = stepIn(series)
    const samples = samplesOf(series)
    const before = step && samples.findLast(({ at }) => at < step.at)
    return step && before ? [{ at: (before.at + step.at) / 2, offMs: (step.at - before.at) / 2 }] : []
  })
  const [first] = begins.toSorted((a, b) => a.at - b.at)
  if (!first) return undefined
  const says = `what ${reading.value.alertname} compares left its level around ${clock(first.at)}`
  return { ...first, endedAt: undefined, says, quote: quoteFrom(reading.call, ...memberOf('true_now', true)) }
}

/** An alert comes within this time of its trouble, unless that still goes on. */
const BEFORE_ALERT_MS = 300_000
/** What ended longer than this before the alert was another trouble. */
const OVER_MS = 60_000

/** Whether this is the beginning of what was alerted on, and not of something that was over by then, or began only after. */
export function isAlertsOwn({ at, endedAt, offMs }: Onset, { startedAt, pace }: Pick<Facts, 'startedAt' | 'pace'>): boolean {
  if (startedAt === undefined) return true
  if (at > startedAt + offMs) return false
  return endedAt === undefined ? true : endedAt >= startedAt - OVER_MS * pace && at >= startedAt - BEFORE_ALERT_MS * pace
}

/** How long the trouble that the readings show has lasted, at the newest time of any result; undefined where none shows one, or it is over. */
export function troubleSeconds(facts: Facts): number | undefined {
  const onset = onsetOf(facts)
  if (!onset || onset.endedAt !== undefined || facts.now === undefined || !isAlertsOwn(onset, facts)) return undefined
  return Math.max(0, facts.now - onset.at) / 1_000
}

/** Whether anything tells when the trouble began: a reading, or an alert of a rule. A person reports what they met when they met it, and it may be old by then. */
export function isBeginKnown(facts: Facts): boolean {
  const onset = onsetOf(facts)
  return (
    (onset !== undefined && isAlertsOwn(onset, facts)) ||
    ruleOnset(facts) !== undefined ||
    (facts.startedAt !== undefined && !isReported(facts))
  )
}

/** When the trouble began as near as it is known: by the readings, else when the alert began to fire. */
export function beganAt(facts: Facts): number | undefined {
  const onset = onsetOf(facts)
  const { startedAt, now } = facts
  // Errors that ended before an alert about something else began were another trouble's.
  const isOthers = onset?.endedAt !== undefined && startedAt !== undefined && onset.endedAt < startedAt && !isAboutErrors(facts)
  return onset && !isOthers && isAlertsOwn(onset, facts) ? onset.at : (ruleOnset(facts)?.at ?? startedAt ?? now)
}
