import type { ErrorRateResult } from '@oncall-lab/on-call-agent/functions'
import type { RuntimeMetricsResult } from '@oncall-lab/on-call-agent/look-functions'
import type { MetricName } from './metric-queries.ts'
import type { Series } from './series.ts'

type Row = RuntimeMetricsResult['instances'][number]

/** What a metric of Prometheus would be, by what an instance says of itself; in Prometheus' units. */
const READ: Partial<Record<MetricName, (row: Row) => number | null>> = {
  cpu: ({ cpu_cores }) => cpu_cores,
  lag: ({ event_loop_lag_p99_ms: ms }) => (ms === null ? null : ms / 1_000),
  memory: ({ resident_mib: mib }) => (mib === null ? null : mib * 1_048_576),
  pool_in_use: ({ pool_in_use }) => pool_in_use,
  pool_size: ({ pool_max }) => pool_max,
  pool_waiting: ({ pool_waiting }) => pool_waiting,
  served_by_instance: ({ requests_per_second, errors_per_second }) => Math.max(0, requests_per_second - errors_per_second),
}

/** The present of a metric as the instances tell it themselves; undefined for one that they do not tell. `now` is RFC 3339. */
export function seriesOf(name: MetricName, { instances }: RuntimeMetricsResult, now: string): Series[] | undefined {
  const read = READ[name]
  if (name === 'phases') return phases(instances, now)
  if (!read) return undefined
  return instances.flatMap((row) => {
    const value = read(row)
    // Twice the same: what a pool is at two looks is what it is.
    return value === null
      ? []
      : [
          {
            labels: { instance: row.instance },
            points: [
              [now, value],
              [now, value],
            ],
          },
        ]
  })
}

function phases(instances: Row[], now: string): Series[] {
  const names = [...new Set(instances.flatMap(({ phase_ms }) => Object.keys(phase_ms)))]
  return names.map((phase) => {
    const known = instances.flatMap(({ phase_ms }) => phase_ms[phase] ?? [])
    return { labels: { phase }, points: [[now, known.reduce((sum, ms) => sum + ms, 0) / known.length / 1_000]] }
  })
}

/** The error rate over the window in which the instances were read; by route nothing is known. */
export function rateOf({ instances, window_seconds }: RuntimeMetricsResult): ErrorRateResult {
  const seconds = Math.max(1, Math.round(window_seconds ?? 1))
  const rate = (requests: number, errors: number) => ({
    requests_per_second: requests,
    errors_per_second: errors,
    error_rate: requests > 0 ? errors / requests : null,
  })
  const sum = (name: 'requests_per_second' | 'errors_per_second') => instances.reduce((all, row) => all + row[name], 0)
  const window = { window_seconds: seconds, ...rate(sum('requests_per_second'), sum('errors_per_second')) }
  return {
    last_minute: window,
    last_15_seconds: window,
    by_route: [],
    by_instance: instances.map((row) => ({ instance: row.instance, ...rate(row.requests_per_second, row.errors_per_second) })),
  }
}
