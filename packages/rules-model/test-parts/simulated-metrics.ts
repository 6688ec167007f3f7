import type { MetricName } from '../src/facts/metric-queries.ts'
import { INSTANCE_NAMES, NOW } from './scene.ts'

/** One series as query_prometheus gives it: its labels, and its points as time and value. */
export type SeriesOf = { labels: Record<string, string>; points: [string, number | null][] }

/** Twenty points over so many seconds until now; `value` gets the seconds before now. */
export function course(labels: Record<string, string>, rangeSeconds: number, value: (secondsAgo: number) => number | null): SeriesOf {
  const points = Array.from({ length: 20 }, (_, index): [string, number | null] => {
    const ago = rangeSeconds - (index * rangeSeconds) / 19
    return [new Date(NOW - ago * 1000).toJSON(), value(ago)]
  })
  return { labels, points }
}

/** One value now. */
export function present(labels: Record<string, string>, value: number): SeriesOf {
  return { labels, points: [[new Date(NOW).toJSON(), value]] }
}

/** Mean seconds of a request in each phase: quiet until 80 s ago, since then as given. */
export function phases(now: Partial<Record<'queue' | 'self' | 'db' | 'outbound', number>>): SeriesOf[] {
  const usual = { queue: 0.001, self: 0.001, db: 0.004, outbound: 0 }
  return (Object.keys(usual) as (keyof typeof usual)[]).map((phase) =>
    course({ phase }, 300, (ago) => (ago > 80 ? usual[phase] : (now[phase] ?? usual[phase]))),
  )
}

/** What each metric shows while all is well. */
export const HEALTHY: Record<MetricName, () => SeriesOf[]> = {
  p95: () => [course({}, 300, () => 0.02)],
  mean_by_instance: () => INSTANCE_NAMES.map((instance) => present({ instance }, 0.02)),
  p95_by_route: () => [present({ method: 'GET', route: '/items/:id' }, 0.02)],
  phases: () => phases({ db: 0.004 }),
  database_up: () => INSTANCE_NAMES.map((instance) => course({ instance }, 300, () => 1)),
  database_errors: () => [],
  pool_in_use: () => INSTANCE_NAMES.map((instance) => course({ instance }, 120, (ago) => Math.floor(ago / 7) % 3)),
  pool_waiting: () => INSTANCE_NAMES.map((instance) => course({ instance }, 60, () => 0)),
  pool_size: () => INSTANCE_NAMES.map((instance) => present({ instance }, 10)),
  served_by_instance: () => INSTANCE_NAMES.map((instance) => present({ instance }, 6.6)),
  pool_connections: () => [present({}, 9)],
  cpu: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 0.05)),
  lag: () => INSTANCE_NAMES.map((instance) => course({ instance }, 300, () => 0.011)),
  memory: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, (ago) => 95e6 + (ago % 7) * 1e5)),
  memory_closely: () => INSTANCE_NAMES.map((instance) => course({ instance }, 60, (ago) => 95e6 + (ago % 7) * 1e5)),
  heap: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 30e6)),
  external: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 4e6)),
  traffic: () => [course({}, 600, () => 20)],
  error_ratio: () => [course({}, 900, () => 0)],
  refused_requests: () => [],
  jobs_up: () => ['inventory', 'load-balancer', 'process-manager'].map((job) => present({ job }, 1)),
  replicas_wanted: () => [course({ job: 'process-manager' }, 1_800, () => INSTANCE_NAMES.length)],
  retries: () => [course({}, 300, () => 0)],
  balancer_traffic: () => [course({}, 600, () => 20)],
  lag_median: () => INSTANCE_NAMES.map((instance) => course({ instance }, 300, () => 0.01)),
  open_files: () => INSTANCE_NAMES.map((instance) => present({ instance }, 0.02)),
  up: () => INSTANCE_NAMES.map((instance) => course({ instance, job: 'inventory' }, 300, () => 1)),
  restarts: () =>
    INSTANCE_NAMES.map((instance) =>
      course({ port: instance.split(':')[1] ?? '', instance: '127.0.0.1:7070', job: 'process-manager' }, 600, () => 0),
    ),
  balancer_statuses: () => [present({ status: '200' }, 20)],
}
