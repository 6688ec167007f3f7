import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** A request that was answered; `route` is the template, `unmatched` for a path without one. */
interface AnsweredRequest {
  method: string
  route: string
  status: number
  durationSeconds: number
}

/** The shop's own metrics. */
export interface Metrics {
  observe(request: AnsweredRequest): void
  /** Starts the series of a route at zero, so that `rate()` sees its first request and its first failure. */
  expect(route: { method: string; route: string; statuses: number[] }): void
}

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10]

/** `service` is a label of every series; `countItems` is asked at each scrape, and the gauge is left out when it fails. */
export function createMetrics(
  registry: Registry,
  { service, countItems }: { service: string; countItems: () => Promise<number> },
): Metrics {
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
  addItemsGauge(registry, service, countItems)

  return {
    observe({ method, route, status, durationSeconds }) {
      requests.inc({ service, method, route, status })
      if (status >= 500) errors.inc({ service, route, status })
      durations.observe({ service, route, method }, durationSeconds)
    },
    expect({ method, route, statuses }) {
      for (const status of statuses) requests.inc({ service, method, route, status }, 0)
      for (const status of statuses.filter((status) => status >= 500)) errors.inc({ service, route, status }, 0)
      durations.zero({ service, route, method })
    },
  }
}

function addItemsGauge(registry: Registry, service: string, countItems: () => Promise<number>): void {
  new Gauge({
    name: 'inventory_items',
    help: 'Items in the store.',
    labelNames: ['service'],
    registers: [registry],
    async collect() {
      this.reset()
      await countItems().then(
        (items) => this.set({ service }, items),
        () => undefined, // A scrape must not fail for it; the series is missing then.
      )
    },
  })
}
