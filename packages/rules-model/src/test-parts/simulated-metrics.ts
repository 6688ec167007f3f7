import type { MetricName } from '../facts/metric-queries.ts'
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

/** What each metric shows while all is well. */
export const HEALTHY: Record<MetricName, () => SeriesOf[]> = {
  p95: () => [course({}, 300, () => 0.02)],
  p95_by_instance: () => INSTANCE_NAMES.map((instance) => present({ instance }, 0.02)),
  p95_by_route: () => [present({ route: '/items/:id' }, 0.02)],
  cpu: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 0.05)),
  lag: () => INSTANCE_NAMES.map((instance) => course({ instance }, 300, () => 0.011)),
  memory: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, (ago) => 95e6 + (ago % 7) * 1e5)),
  memory_closely: () => INSTANCE_NAMES.map((instance) => course({ instance }, 60, (ago) => 95e6 + (ago % 7) * 1e5)),
  heap: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 30e6)),
  external: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 4e6)),
  traffic: () => [course({}, 600, () => 20)],
  error_ratio: () => [course({}, 900, () => 0)],
  up: () => INSTANCE_NAMES.map((instance) => course({ instance, job: 'inventory' }, 300, () => 1)),
  restarts: () =>
    INSTANCE_NAMES.map((instance) =>
      course({ port: instance.split(':')[1] ?? '', instance: '127.0.0.1:7070', job: 'process-manager' }, 600, () => 0),
    ),
  balancer_statuses: () => [present({ status: '200' }, 20)],
}
