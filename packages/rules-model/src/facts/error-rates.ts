import type { ErrorRateResult } from '@oncall-lab/on-call-agent/functions'
import type { Ease, Finding } from '../hypotheses/hypothesis.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { percent } from '../wording.ts'
import type { Facts } from './facts.ts'
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

/** What the error rate says about errors on these routes: for, when requests fail there; against, when none or others do. */
export function rateFindings(facts: Facts, routes: string[]): { for: Finding[]; against: Finding[] } {
  if (facts.rate.kind !== 'seen') return { for: [], against: [] }
  const { value, call } = facts.rate
  const { last_minute, last_15_seconds } = value
  // A trouble that has just begun is diluted in the minute.
  const fresh = (last_15_seconds.error_rate ?? 0) > 1.5 * (last_minute.error_rate ?? 0)
  const [name, window] = fresh ? ['last_15_seconds', last_15_seconds] : ['last_minute', last_minute]
  const quote = quoteFrom(call, ...memberOf(name, window), ...memberOf('error_rate', window.error_rate))
  if (window.error_rate === null) return { for: [], against: [] }
  const period = fresh ? 'within the last 15 s' : 'within the last minute'
  const rate = `${percent(window.error_rate)} of all requests failed ${period}`
  if (window.error_rate <= NOTABLE_ERROR_RATE) {
    const says = window.error_rate === 0 ? `no request failed ${period}` : `only ${rate}`
    return { for: [], against: [{ source: 'rate', weight: 0.3, says, quote }] }
  }
  const share = shareOfErrors(value, routes)
  if (share === undefined || routes.length === 0) return { for: [{ source: 'rate', weight: 0.25, says: rate, quote }], against: [] }
  const says = `${rate}, ${percent(share)} of those failures on ${routes.length > 3 ? 'the logged routes' : routes.join(', ')}`
  if (share < 0.3) return { for: [], against: [{ source: 'rate', weight: 0.4, says, quote }] }
  return { for: [{ source: 'rate', weight: share >= 0.7 ? 0.45 : 0.25, says, quote }], against: [] }
}

/** Whether requests have stopped failing: needs enough traffic in the last 15 s for failures to show, and a log without new entries. */
export function errorsHaveEased({ rate, freshLogs, logs }: Facts): Ease {
  if (rate.kind !== 'seen') return { kind: 'unknown', says: 'the error rate could not be seen' }
  const { last_minute, last_15_seconds: newest } = rate.value
  const quote = quoteFrom(rate.call, ...memberOf('last_15_seconds', newest), ...memberOf('error_rate', newest.error_rate))
  if (newest.error_rate === null) return { kind: 'unknown', says: 'no request came in the last 15 s, so nothing could fail', quote }
  if (newest.error_rate > 0) return { kind: 'no', says: `${percent(newest.error_rate)} of the requests of the last 15 s failed`, quote }
  if (freshLogs.kind === 'seen' && freshLogs.value.count > 0)
    return { kind: 'no', says: `the log has ${freshLogs.value.count} new entries from the last 15 s`, quote }
  const usual = last_minute.error_rate === null || last_minute.error_rate === 0 ? 0.2 : last_minute.error_rate
  if (usual * newest.requests_per_second * newest.window_seconds < 3)
    return { kind: 'unknown', says: 'no request of the last 15 s failed, but there were too few of them to tell', quote }
  const happened = (last_minute.error_rate ?? 0) > 0 || (logs.kind === 'seen' && logs.value.result.count > 0)
  return happened
    ? { kind: 'yes', says: 'no request of the last 15 s failed, and the log has no newer entry', quote }
    : { kind: 'unknown', says: 'no request failed', quote }
}
