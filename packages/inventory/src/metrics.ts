import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { StoredItem } from './api.ts'
import { addDatabaseMetrics, type WatchedDatabase } from './database-metrics.ts'
import { queuedSince, RequestPhases } from './request-phases.ts'
import { NO_STORAGE_WATCH, type StorageWatch } from './store/storage-watch.ts'
import { countViews } from './views.ts'

/** A request that was answered; `route` is the template, `unmatched` for a path without one. */
interface AnsweredRequest {
  method: string
  route: string
  status: number
  durationSeconds: number
}

/** Measures one request of a customer. */
export interface RequestWatch {
  /** Runs its handler. */
  handle(handler: () => void): void
  /** Its answer is ready to be sent. */
  answered(): void
  /** It is over. */
  ended(request: AnsweredRequest): void
}

/** The shop's own metrics. */
export interface Metrics {
  /** Starts the series of a route at zero, so that `rate()` sees its first request and its first failure. */
  expect(route: { method: string; route: string; statuses: number[] }): void
  /** A request has come; `requestStart` is its `X-Request-Start` header. */
  arrived(requestStart: string | string[] | undefined): RequestWatch
  /** A customer looks at this item; counted beside the request, which does not wait for it. */
  viewed(item: StoredItem): void
  /** For the storage to tell. */
  readonly storage: StorageWatch
  /** Shows how the database stands at each scrape. */
  watchDatabase(database: WatchedDatabase): void
}

/** For an instance that measures nothing, e.g. to find out what the measuring costs. */
export const NO_METRICS: Metrics = {
  expect() {},
  arrived: () => NO_REQUEST_WATCH,
  viewed() {},
  storage: NO_STORAGE_WATCH,
  watchDatabase() {},
}

const NO_REQUEST_WATCH: RequestWatch = { handle: (handler) => handler(), answered() {}, ended() {} }
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10]
const PHASES = ['queue', 'self', 'db', 'outbound'] as const

/** Labels of every series, and of `inventory_build_info`. */
interface MetricsOptions {
  service: string
  release: string
  commit: string
}

/** Registers them; `service` is a label of every series. */
export function createMetrics(registry: Registry, { service, release, commit }: MetricsOptions): Metrics {
  const requests = createRequestMetrics(registry, service)
  const phases = createPhaseMetric(registry, service)
  const database = addDatabaseMetrics(registry, service)
  new Gauge({
    name: 'inventory_build_info',
    help: 'Which release of the shop runs; always 1.',
    labelNames: ['service', 'release', 'commit'],
    registers: [registry],
  }).set({ service, release, commit }, 1)

  return {
    expect: requests.expect,
    viewed: countViews(registry, service),
    storage: database.storage,
    watchDatabase: database.watch,
    arrived(requestStart) {
      const split = new RequestPhases(queuedSince(requestStart))
      let isOpen = true
      const end = () => {
        if (isOpen) phases(split.end())
        isOpen = false
      }
      return {
        handle: (handler) => split.handle(handler),
        answered: end,
        ended(request) {
          end()
          requests.observe(request)
        },
      }
    },
  }
}

function createRequestMetrics(registry: Registry, service: string) {
  const registers = [registry]
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Answered requests of customers.',
    labelNames: ['service', 'method', 'route', 'status'],
    registers,
  })
  const errors = new Counter({
    name: 'http_errors_total',
    help: 'Requests of customers answered with 5xx.',
    labelNames: ['service', 'route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['service', 'route', 'method'],
    buckets: BUCKETS_SECONDS,
    registers,
  })
  return {
    observe({ method, route, status, durationSeconds }: AnsweredRequest) {
      requests.inc({ service, method, route, status })
      if (status >= 500) errors.inc({ service, route, status })
      durations.observe({ service, route, method }, durationSeconds)
    },
    expect({ method, route, statuses }: { method: string; route: string; statuses: number[] }) {
      for (const status of statuses) requests.inc({ service, method, route, status }, 0)
      for (const status of statuses.filter((status) => status >= 500)) errors.inc({ service, route, status }, 0)
      durations.zero({ service, route, method })
    },
  }
}

function createPhaseMetric(registry: Registry, service: string) {
  const histogram = new Histogram({
    name: 'request_phase_seconds',
    help: "Where a customer's request spends its time: before its handler or behind other work on the event loop (queue), running (self), waiting for the database with an idle event loop (db), calling other services (outbound).",
    labelNames: ['service', 'phase'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  })
  for (const phase of PHASES) histogram.zero({ service, phase })
  const [queue, self, db] = PHASES.map((phase) => ({ service, phase }))
  return (seconds: { queue: number; self: number; db: number | undefined }) => {
    histogram.observe(queue ?? {}, seconds.queue)
    histogram.observe(self ?? {}, seconds.self)
    if (seconds.db !== undefined) histogram.observe(db ?? {}, seconds.db)
  }
}
