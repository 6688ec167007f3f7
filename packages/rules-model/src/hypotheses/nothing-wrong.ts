import { type Facts, INSTANCES, presentValues } from '../facts/facts.ts'
import { cpuFinding, latencyNow, SLOW_SECONDS } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { NOTABLE_ERROR_RATE } from '../facts/symptoms.ts'
import { memberOf, type Quote, quoteFrom } from '../quote.ts'
import { clock, duration, percent } from '../wording.ts'
import type { Assessment, Hypothesis } from './hypothesis.ts'

/** Everything that can be seen is as it should be. */
export const nothingWrong: Hypothesis = {
  id: 'nothing_wrong',
  name: 'Nothing is wrong (a false alarm)',
  explains: ['errors', 'latency', 'cpu', 'memory', 'availability'],
  questions: (facts) =>
    looksQuiet(facts)
      ? [INSTANCES, ...(['p95', 'cpu', 'memory', 'up', 'error_ratio'] as const).map((name) => askMetric(name, facts.job))]
      : [],
  assess,
  conclude: (facts) => ({
    rootCause: sayCause(facts),
    component: facts.service,
    instances: [],
    routes: [],
    nextSteps: [
      'Check the rule of the alert: its threshold, its window and how long it must hold.',
      'Watch the next 15 minutes; if the alert comes back, look at that moment.',
    ],
    suggestedFix: undefined,
    place: undefined,
  }),
  hasEased: (facts) => {
    const passed = passedErrors(facts)
    return passed
      ? { kind: 'yes', says: 'nothing of it is left in the log or in the error rate', quote: passed.quote }
      : { kind: 'unknown', says: 'nothing was seen that could end' }
  },
}

/** Errors that were there in the last quarter of an hour and are not now. */
function passedErrors(facts: Facts): { peak: number; at: string; quote: Quote | undefined } | undefined {
  const reading = facts.metric('error_ratio')
  if (reading.kind !== 'seen' || facts.rate.kind !== 'seen' || facts.rate.value.last_minute.error_rate !== 0) return undefined
  const points = reading.value.flatMap(({ points }) => points.map((point) => ({ point, value: point[1] ?? 0 })))
  const [top] = points.sort((a, b) => b.value - a.value)
  if (!top || top.value < 0.05) return undefined
  return { peak: top.value, at: top.point[0], quote: quoteFrom(reading.call, JSON.stringify(top.point)) }
}

function sayCause(facts: Facts): string {
  const passed = passedErrors(facts)
  if (passed)
    return `Requests to ${facts.service} failed for a while (${percent(passed.peak)} of them around ${clock(passed.at)}); the log no longer holds what they failed with, so the cause cannot be told.`
  const names = facts.alerts.map(({ alertname }) => alertname).join(', ') || 'unnamed'
  const seen = assess(facts)
    .for.map(({ says }) => says)
    .join('; ')
  return `Nothing that can be seen is wrong with ${facts.service}: ${seen}. The alert (${names}) has no counterpart in what was read.`
}

/** No failing request and no log entry: then the other readings are worth asking. */
function looksQuiet({ rate, logs }: Facts): boolean {
  const failing = rate.kind === 'seen' && (rate.value.last_minute.error_rate ?? 0) > NOTABLE_ERROR_RATE
  const logged = logs.kind === 'seen' && logs.value.result.count > 0
  return !failing && !logged
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  weighErrors(facts, assessment)
  const latency = latencyNow(facts)
  if (!latency) assessment.unseen.push('latency')
  else {
    const says = `95 % of the answers come within ${duration(latency.value)}`
    if (latency.peak < SLOW_SECONDS) assessment.for.push({ source: 'latency', weight: 0.35, says, quote: latency.quote })
    else
      assessment.against.push({
        source: 'latency',
        weight: 0.6,
        says: `95 % of the answers took up to ${duration(latency.peak)}`,
        quote: latency.quote,
      })
  }
  const cpu = cpuFinding(facts)
  if (!cpu) assessment.unseen.push('CPU')
  else if (cpu.busy) assessment.against.push({ source: 'cpu', weight: 0.6, says: cpu.says, quote: cpu.quote })
  else assessment.for.push({ source: 'cpu', weight: 0.3, says: cpu.says, quote: cpu.quote })
  const up = presentValues(facts.metric('up'))
  if (up.length === 0) assessment.unseen.push('which targets are up')
  else if (up.some(({ value }) => value === 0)) assessment.against.push({ source: 'up', weight: 0.8, says: 'a target does not answer' })
  else assessment.for.push({ source: 'up', weight: 0.2, says: `all ${up.length} targets answer` })
  return assessment
}

function weighErrors({ rate, logs }: Facts, assessment: Assessment): void {
  if (rate.kind !== 'seen') assessment.unseen.push('the error rate')
  else if (rate.value.last_minute.error_rate === null) assessment.unseen.push('errors (no request came, so none could fail)')
  else {
    const { error_rate } = rate.value.last_minute
    const quote = quoteFrom(rate.call, ...memberOf('error_rate', error_rate))
    if (error_rate > NOTABLE_ERROR_RATE)
      assessment.against.push({ source: 'rate', weight: 0.8, says: `${percent(error_rate)} of the requests fail`, quote })
    else assessment.for.push({ source: 'rate', weight: 0.4, says: `${percent(error_rate)} of the requests fail`, quote })
  }
  if (logs.kind !== 'seen') assessment.unseen.push('the log')
  else if (logs.value.result.count > 0)
    assessment.against.push({ source: 'log', weight: 0.5, says: `the log holds ${logs.value.result.count} errors` })
  else
    assessment.for.push({
      source: 'log',
      weight: 0.35,
      says: 'the log holds no error of the last 2 minutes',
      quote: quoteFrom(logs.call, ...memberOf('count', 0)),
    })
}
