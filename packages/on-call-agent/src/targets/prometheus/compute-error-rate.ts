import { LabError } from '@oncall-lab/service-kit/errors'
import { defineTool } from '../../functions/tool.ts'
import { ErrorRateArgs, ErrorRateResult, summariseErrorRate } from '../../functions.ts'
import { notSeen } from '../target.ts'
import type { PrometheusClient, Series } from './client.ts'
import type { ServiceFinder } from './find-service.ts'

/** Where the errors of a service are counted; `matcher` selects its series. */
type ErrorCounter = { kind: 'found'; errors: string } | { kind: 'no_requests' } | { kind: 'errors_not_counted' }

const STATUS_LABELS = ['status', 'code', 'status_code']

/** Decides by the counters that a service has: one of its own for errors, else its requests by status (`500` or `5xx`). */
export function decideErrorCounter(counters: Series[], matcher: string): ErrorCounter {
  const named = (name: string) => counters.filter(({ labels }) => labels.__name__ === name)
  if (named('http_requests_total').length === 0) return { kind: 'no_requests' }
  if (named('http_errors_total').length > 0) return { kind: 'found', errors: `http_errors_total{${matcher}}` }
  const label = STATUS_LABELS.find((each) => named('http_requests_total').some(({ labels }) => /^\d(\d\d|xx)$/i.test(labels[each] ?? '')))
  return label === undefined ? { kind: 'errors_not_counted' } : { kind: 'found', errors: `http_requests_total{${matcher},${label}=~"5.."}` }
}

/** `compute_error_rate`: requests and errors of the incident's service, now and over the alert's window, by route and by instance. */
export function computeErrorRate(prometheus: Pick<PrometheusClient, 'query'>, finder: ServiceFinder) {
  return defineTool({
    name: 'compute_error_rate',
    description:
      "Requests and errors (5xx) of the incident's service per second and their ratio: last minute, last 15 seconds, by route, by instance. A null rate means no requests.",
    parameters: ErrorRateArgs,
    result: ErrorRateResult,
    async run(_args, { incident, signal }): Promise<ErrorRateResult> {
      const { service } = incident
      const matcher = await finder.find(incident, signal)
      if (matcher === undefined) throw notSeen(service, `Prometheus has no series with ${finder.wanted(incident)}`)
      const ask = await createRateQueries(prometheus, matcher, service, signal)
      const [minute, quarter, routes, instances] = await Promise.all([
        ask('1m', ''),
        ask('15s', ''),
        ask('1m', 'route'),
        ask('1m', 'instance'),
      ])
      if (minute.length === 0) throw noData(`Prometheus has no request counts of ${service} for the last minute: it saw no instance`)
      return {
        last_minute: { window_seconds: 60, ...total(minute) },
        last_15_seconds: { window_seconds: 15, ...total(quarter) },
        by_route: busiest(routes).map(({ key, ...rate }) => ({ route: key, ...rate })),
        by_instance: busiest(instances).map(({ key, ...rate }) => ({ instance: key, ...rate })),
      }
    },
    summarise: summariseErrorRate,
  })
}

/** Queries of the rates over a window. @throws LabError where requests or errors are not counted. */
async function createRateQueries(prometheus: Pick<PrometheusClient, 'query'>, matcher: string, service: string, signal: AbortSignal) {
  // Also those that ended within the last minutes: their rates go on for the length of a window.
  const recent = `last_over_time({__name__=~"http_requests_total|http_errors_total",${matcher}}[2m])`
  const counters = await prometheus.query(`count by (__name__, ${STATUS_LABELS.join(', ')}) (${recent})`, signal)
  const counter = decideErrorCounter(counters, matcher)
  if (counter.kind === 'no_requests') throw noData(`Prometheus has no http_requests_total of ${service} (${matcher}) in the last minutes`)
  if (counter.kind === 'errors_not_counted')
    throw noData(`http_requests_total of ${service} (${matcher}) has no status, and there is no http_errors_total`)
  return async (window: string, by: '' | 'route' | 'instance'): Promise<Rate[]> => {
    const clause = by && ` by (${by}) `
    const [all, failed] = await Promise.all([
      prometheus.query(`sum${clause}(rate(http_requests_total{${matcher}}[${window}]))`, signal),
      prometheus.query(`sum${clause}(rate(${counter.errors}[${window}]))`, signal),
    ])
    return rates(all, failed, by)
  }
}

function noData(why: string): LabError {
  return new LabError(`${why}; errors cannot be told`, { code: 'no_data', status: 404 })
}

interface Rate {
  key: string
  requests_per_second: number
  errors_per_second: number
  error_rate: number | null
}

function rates(all: Series[], failed: Series[], by: string): Rate[] {
  const errorsOf = new Map(failed.map((series) => [series.labels[by] ?? '', latest(series)]))
  return all.map((series) => {
    const key = series.labels[by] ?? ''
    const requestRate = latest(series)
    const errorRate = errorsOf.get(key) ?? 0
    return {
      key,
      requests_per_second: round(requestRate),
      errors_per_second: round(errorRate),
      error_rate: requestRate > 0 ? round(errorRate / requestRate) : null,
    }
  })
}

/** Without a series in the window there was nothing to count: no instance was scraped in it. */
function total([only]: Rate[]): Omit<Rate, 'key'> {
  const { requests_per_second = 0, errors_per_second = 0, error_rate = null } = only ?? {}
  return { requests_per_second, errors_per_second, error_rate }
}

const busiest = (each: Rate[]) =>
  each
    .filter(({ requests_per_second }) => requests_per_second > 0)
    .sort((a, b) => b.errors_per_second - a.errors_per_second)
    .slice(0, 20)
const latest = ({ points }: Series) => points.at(-1)?.[1] ?? 0
const round = (value: number) => Math.round(value * 1_000) / 1_000
