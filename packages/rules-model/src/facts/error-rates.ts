import type { ErrorRateResult } from '@oncall-lab/on-call-agent/functions'
import { memberOf, type Quote, quoteFrom } from '../quote.ts'
import { list, percent } from '../wording.ts'
import type { Ease } from './ease.ts'
import type { Facts, Reading } from './facts.ts'
import { NOTABLE_ERROR_RATE } from './symptoms.ts'

/** The newest error rate that is known: that of the last 15 s, or of the last minute when no request came since. */
export function newestRate({ rate }: Facts): number | undefined {
  return rate.kind === 'seen' ? (rate.value.last_15_seconds.error_rate ?? rate.value.last_minute.error_rate ?? undefined) : undefined
}

/** The part of all failed requests that fell on these routes, 0..1; undefined when no request failed. */
function shareOfErrors({ by_route }: ErrorRateResult, routes: string[]): number | undefined {
  const total = by_route.reduce((sum, { errors_per_second }) => sum + errors_per_second, 0)
  const wanted = new Set(routes.map(plainRoute))
  const theirs = by_route.reduce((sum, { route, errors_per_second }) => sum + (wanted.has(plainRoute(route)) ? errors_per_second : 0), 0)
  return total > 0 ? theirs / total : undefined
}

/** `/items/:id` and `/items/{id}` are one route. */
function plainRoute(route: string): string {
  return route.replace(/:(\w+)|\{(\w+)\}/g, (_, colon?: string, brace?: string) => `{${colon ?? brace}}`)
}

/** The error rate in words: that of the last 15 s where a trouble has just begun, which the minute dilutes. Undefined without requests. */
export function sayRate(
  reading: Extract<Reading<ErrorRateResult>, { kind: 'seen' }>,
): { rate: number; says: string; quote: Quote | undefined } | undefined {
  const { last_minute, last_15_seconds } = reading.value
  const fresh = (last_15_seconds.error_rate ?? 0) > 1.5 * (last_minute.error_rate ?? 0)
  const [name, window] = fresh ? ['last_15_seconds', last_15_seconds] : ['last_minute', last_minute]
  if (window.error_rate === null) return undefined
  const { window_seconds: seconds } = window
  const period = within(seconds)
  const rate = window.error_rate
  const says = rate === 0 ? `no request failed ${period}` : `${percent(rate)} of all requests failed ${period}`
  return { rate, says, quote: quoteFrom(reading.call, ...memberOf(name, window), ...memberOf('error_rate', rate)) }
}

/** A window in words. */
export const within = (seconds: number) => (seconds === 60 ? 'within the last minute' : `within the last ${seconds} s`)

interface RateFinding {
  weight: number
  says: string
  quote: Quote | undefined
}

/** What the error rate says about errors on these routes: for, when requests fail there; against, when none or others do. */
export function rateFindings({ rate: reading }: Facts, routes: string[]): { for: RateFinding[]; against: RateFinding[] } {
  const told = reading.kind === 'seen' ? sayRate(reading) : undefined
  if (reading.kind !== 'seen' || !told) return { for: [], against: [] }
  const { rate, says: said, quote } = told
  if (rate <= NOTABLE_ERROR_RATE) return { for: [], against: [{ weight: 0.3, says: rate === 0 ? said : `only ${said}`, quote }] }
  const share = shareOfErrors(reading.value, routes)
  if (share === undefined || routes.length === 0) return { for: [{ weight: 0.25, says: said, quote }], against: [] }
  const says = `${said}, ${share >= 0.7 ? 'most' : share < 0.3 ? 'few' : 'some'} of them on ${routes.length > 3 ? 'the logged routes' : list(routes)}`
  if (share < 0.3) return { for: [], against: [{ weight: 0.4, says, quote }] }
  return { for: [{ weight: share >= 0.7 ? 0.45 : 0.25, says, quote }], against: [] }
}

/** A part of the requests that somebody notices; fewer have failed by chance. */
const STRAY = 0.01

/** Whether requests have stopped failing: needs enough traffic in the last 15 s for failures to show, and a log without new entries. */
export function errorsHaveEased(facts: Facts): Ease {
  const { rate, freshLogs, logs } = facts
  if (rate.kind !== 'seen') return { kind: 'unknown', says: 'the error rate could not be seen' }
  const { last_minute, last_15_seconds: newest } = rate.value
  const quote = quoteFrom(rate.call, ...memberOf('last_15_seconds', newest), ...memberOf('error_rate', newest.error_rate))
  if (newest.error_rate === null)
    return { kind: 'unknown', says: `no request came ${within(newest.window_seconds)}, so nothing could fail`, quote }
  if (newest.error_rate > 0)
    return { kind: 'no', says: `${percent(newest.error_rate)} of the requests failed ${within(newest.window_seconds)}`, quote }
  if (freshLogs.kind === 'seen' && freshLogs.value.count > 0)
    return { kind: 'no', says: `the log has ${freshLogs.value.count} new entries from the last ${freshLogs.value.window_seconds} s`, quote }
  // Of a trouble that ended within the minute the minute's rate is a part only.
  const whileOn = Math.max(last_minute.error_rate ?? 0, rate.value.onset?.error_rate_within ?? 0)
  const usual = whileOn === 0 ? 0.2 : whileOn
  if (usual * newest.requests_per_second * newest.window_seconds < 3)
    return { kind: 'unknown', says: `no request failed ${within(newest.window_seconds)}, but there were too few of them to tell`, quote }
  // A stray line in the log is no trouble that could have ended.
  const happened = (last_minute.error_rate ?? 0) >= STRAY || endedLately(facts) || (logs.kind === 'seen' && logs.value.result.count >= 5)
  return happened
    ? { kind: 'yes', says: `no request failed ${within(newest.window_seconds)}, and the log has no newer entry`, quote }
    : { kind: 'unknown', says: 'no request failed', quote }
}

/** As long as the rules about errors look back, with scrapes every five seconds. */
const LATELY_MS = 300_000

function endedLately({ rate, now, pace }: Facts): boolean {
  const ended = rate.kind === 'seen' ? rate.value.onset?.ended_at : undefined
  return typeof ended === 'string' && now !== undefined && now - Date.parse(ended) <= LATELY_MS * pace
}
