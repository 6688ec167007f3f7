import { LabError } from '@oncall-lab/service-kit/errors'
import { defineTool } from '../../functions/tool.ts'
import { ErrorRateArgs, type ErrorRateResult } from '../../functions.ts'
import type { PrometheusClient, Series } from './client.ts'

/** The same ratio as the alert InventoryHighErrorRate. */
const requests = (window: string, by: string) => `sum${by}(rate(http_requests_total{job="inventory"}[${window}]))`
const errors = (window: string, by: string) => `sum${by}(rate(http_errors_total{job="inventory"}[${window}]))`

/** `compute_error_rate`: requests and errors, now and over the alert's window, by route and by instance. */
export function computeErrorRate(prometheus: PrometheusClient) {
  const ask = async (window: string, by: '' | 'route' | 'instance', signal: AbortSignal) => {
    const clause = by && ` by (${by}) `
    const [all, failed] = await Promise.all([
      prometheus.query(requests(window, clause), signal),
      prometheus.query(errors(window, clause), signal),
    ])
    return rates(all, failed, by)
  }
  return defineTool({
    name: 'compute_error_rate',
    description:
      'Requests and errors (5xx) per second and their ratio: last minute, last 15 seconds, by route, by instance. A null rate means no requests.',
    parameters: ErrorRateArgs,
    async run(_args, { signal }): Promise<ErrorRateResult> {
      const [minute, quarter, routes, instances] = await Promise.all([
        ask('1m', '', signal),
        ask('15s', '', signal),
        ask('1m', 'route', signal),
        ask('1m', 'instance', signal),
      ])
      if (minute.length === 0) {
        throw new LabError(
          'Prometheus has no request counts of inventory for the last minute: it saw no instance, so errors cannot be told',
          {
            code: 'no_data',
            status: 404,
          },
        )
      }
      return {
        last_minute: { window_seconds: 60, ...total(minute) },
        last_15_seconds: { window_seconds: 15, ...total(quarter) },
        by_route: busiest(routes).map(({ key, ...rate }) => ({ route: key, ...rate })),
        by_instance: busiest(instances).map(({ key, ...rate }) => ({ instance: key, ...rate })),
      }
    },
  })
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
