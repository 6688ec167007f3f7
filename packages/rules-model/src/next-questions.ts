import { errorsHaveEased } from './facts/error-rates.ts'
import { ERROR_RATE, type Facts, FIRST_LOGS, FRESH_LOGS, INSTANCES, keyOf } from './facts/facts.ts'
import { askMetric, type Question } from './facts/metric-queries.ts'
import { isOpen, judge } from './judge.ts'
import type { Call } from './transcript.ts'

/** Above this nothing is left to ask. */
const SURE = 0.9
const MOST_AT_ONCE = 16

/**
 * What to ask next, all of it in parallel: first the log and the error rate; then whatever tells the hypotheses apart that are still open. A question is asked again at most once,
 * and only when its first answer was a failure that may pass. Empty when it is time to conclude.
 */
export function nextQuestions(facts: Facts, tools: string[]): Question[] {
  const offered = ({ tool }: Question) => tools.includes(tool)
  if (facts.calls.length === 0) return [FIRST_LOGS, ERROR_RATE].filter(offered)
  const verdicts = judge(facts)
  const repeat = [FIRST_LOGS, ERROR_RATE]
  if ((verdicts[0]?.score ?? 0) >= SURE) return unasked(facts.calls, freshLogsIfCalm(facts)).filter(offered)
  const wanted = [
    ...repeat,
    ...freshLogsIfCalm(facts),
    ...verdicts.filter(isOpen).flatMap(({ hypothesis }) => hypothesis.questions(facts)),
    ...unexplained(facts),
  ]
  return unasked(facts.calls, wanted).filter(offered).slice(0, MOST_AT_ONCE)
}

/** When requests seem to succeed again, the newest log entries decide. */
function freshLogsIfCalm(facts: Facts): Question[] {
  const calm = facts.rate.kind === 'seen' && facts.rate.value.last_15_seconds.error_rate === 0
  const logged = facts.logs.kind === 'seen' && facts.logs.value.result.count > 0
  return calm && (logged || errorsHaveEased(facts).kind === 'yes') ? [FRESH_LOGS] : []
}

/** Requests fail and the log is silent or unreadable: what is left is to look at the processes. */
function unexplained({ symptoms, logs, job }: Facts): Question[] {
  const silent = logs.kind !== 'seen' || logs.value.result.count === 0
  return symptoms.has('errors') && silent ? [INSTANCES, askMetric('up', job), askMetric('balancer_statuses', job)] : []
}

function unasked(calls: Call[], wanted: Question[]): Question[] {
  const byKey = new Map(wanted.map((question) => [keyOf(question), question]))
  return [...byKey].filter(([key]) => mayAsk(calls.filter((call) => call.key === key))).map(([, question]) => question)
}

function mayAsk(before: Call[]): boolean {
  const [only] = before
  if (!only) return true
  if (before.length > 1) return false
  return only.outcome.kind === 'garbled' || (only.outcome.kind === 'failed' && !isFinal(only.outcome.code))
}

/** Failures that asking again does not change. */
function isFinal(code: string): boolean {
  return /too_large|not_found|no_such|forbidden|denied|invalid|unauthori|unsupported|bad_/i.test(code)
}
