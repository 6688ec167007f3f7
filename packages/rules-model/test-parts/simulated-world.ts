import type { ErrorRateResult, FetchLogsResult, ListedIncident, ListInstancesResult } from '@oncall-lab/on-call-agent/functions'
import type { MetricName } from '../src/facts/metric-queries.ts'
import { FIRING_AT, INSTANCE_NAMES, NOW } from './scene.ts'
import type { SeriesOf } from './simulated-metrics.ts'

type LogEntry = FetchLogsResult['entries'][number]

/** What a simulated production shows; whatever is absent looks healthy. */
export interface World {
  alerts: { alertname: string; severity: string; summary: string; labels?: Record<string, string>; starts_at?: string }[]
  service: string
  /** By age. */
  log: LogEntry[]
  rate: ErrorRateResult
  instances: ListInstancesResult
  metrics: Partial<Record<MetricName, SeriesOf[]>>
  /** What any other query gives; nothing without it. */
  otherQueries?: (query: string) => SeriesOf[]
  /** Whole files by path. */
  files: Record<string, string>
  /** Functions that fail: how often before they work (Infinity for ever). */
  broken: Record<string, { code: string; message: string; times: number }>
  ticket: (args: Record<string, unknown>) => object
  /** What the functions of the target postgres return, by name; without it there is no such target. */
  database?: Record<string, object>
  /** What the agent remembers of earlier ones. */
  incidents?: ListedIncident[]
  /** Lines of a log of another form, in the place of `log`. */
  rawLog?: string[]
  /** Prometheus says that the alerts still fire. */
  firing?: boolean
}

/** A healthy shop of three instances; every part can be replaced. */
export function createWorld(changes: Partial<World> = {}): World {
  return {
    alerts: [
      {
        alertname: 'InventoryHighErrorRate',
        severity: 'critical',
        summary: 'inventory answers 80% of all requests with an error (1 minute)',
      },
    ],
    service: 'inventory',
    log: [],
    rate: errorRate(0),
    instances: {
      instances: INSTANCE_NAMES.map((name) => runningInstance(name)),
      load_balancer: { backends: INSTANCE_NAMES.map((name) => `http://${name}`) },
    },
    metrics: {},
    files: {},
    broken: {},
    ticket: ({ assignee }) => ({
      key: 'OPS-1',
      url: 'http://127.0.0.1:8089/jira/browse/OPS-1',
      assignee: assignee === undefined ? null : 'Ravi Kumar',
      existing: false,
    }),
    ...changes,
  }
}

/** An instance that has run for an hour, as list_instances gives it. */
export function runningInstance(
  instance: string,
  changes: Partial<ListInstancesResult['instances'][number]> = {},
): ListInstancesResult['instances'][number] {
  return {
    instance,
    port: Number(instance.split(':')[1]),
    pid: 4242,
    state: 'running',
    started_at: new Date(FIRING_AT - 3_600_000).toJSON(),
    restarts: 0,
    last_exit: null,
    instance_id: '6f1c2a4e-0b1d-4f5a-9c3e-2d7b8a9f0e11',
    release: '0.1.0',
    commit: '0123456789abcdef0123456789abcdef01234567',
    reason: null,
    exits: [],
    ...changes,
  }
}

/** Error rates of the last minute and of the last 15 s; errors on the given routes and instances only. */
export function errorRate(
  share: number | null,
  {
    newest = share,
    routes = ['/items/:id'],
    instances = INSTANCE_NAMES,
    rps = 20,
  }: { newest?: number | null; routes?: string[]; instances?: string[]; rps?: number } = {},
): ErrorRateResult {
  const window = (window_seconds: number, rate: number | null) => ({
    window_seconds,
    requests_per_second: rate === null ? 0 : rps,
    errors_per_second: rate === null ? 0 : round(rps * rate),
    error_rate: rate,
  })
  const part = (errors: number, of: number, theirRps: number) => ({
    requests_per_second: theirRps,
    errors_per_second: round(errors / of),
    error_rate: theirRps === 0 ? null : round(errors / of / theirRps),
  })
  const errors = rps * (share ?? 0)
  return {
    last_minute: window(60, share),
    last_15_seconds: window(15, newest),
    by_route: [
      ...routes.map((route) => ({ route, ...part(errors, routes.length, rps / (routes.length + 1)) })),
      { route: '/healthz', requests_per_second: rps / (routes.length + 1), errors_per_second: 0, error_rate: 0 },
    ],
    by_instance: INSTANCE_NAMES.map((instance) => ({
      instance,
      ...part(instances.includes(instance) ? errors : 0, instances.length, rps / 3),
    })),
  }
}

function round(value: number): number {
  return Number(value.toFixed(3))
}

/** A log entry so many seconds before the world's now. */
export function logEntry(secondsAgo: number, changes: Partial<LogEntry> & { message: string }): LogEntry {
  return {
    ts: new Date(NOW - secondsAgo * 1000).toJSON(),
    level: 'error',
    instance: '127.0.0.1:8001',
    pid: 4242,
    status: 500,
    method: 'GET',
    ...changes,
  }
}
