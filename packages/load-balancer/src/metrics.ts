import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { FAILURE_REASONS, type FailureReason } from './failover.ts'

/** What the balancer counts. */
export interface Metrics {
  /** One answered request; status 499 is a caller that left before its answer. */
  answered(status: number, seconds: number): void
  upstreamFailed(reason: FailureReason): void
  backends(count: number): void
  /** Whether the list of backends could not be refreshed lately. */
  listStale(stale: boolean): void
}

const KNOWN_STATUSES = [200, 201, 204, 400, 403, 404, 413, 499, 500, 502, 503, 504]

/** Registers the balancer's metrics; known labels start at zero, so that `rate()` sees the first of each. */
export function createMetrics(registry: Registry): Metrics {
  const registers = [registry]
  const requests = new Counter({
    name: 'load_balancer_requests_total',
    help: 'Requests answered, by the status the caller got (499: the caller left first).',
    labelNames: ['status'],
    registers,
  })
  const duration = new Histogram({
    name: 'load_balancer_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const failures = new Counter({
    name: 'load_balancer_upstream_failures_total',
    help: 'Exchanges with a backend that failed, each try counted.',
    labelNames: ['reason'],
    registers,
  })
  const backends = new Gauge({ name: 'load_balancer_backends', help: 'Backends in use.', registers })
  const stale = new Gauge({
    name: 'load_balancer_backend_list_stale',
    help: '1 while the process manager gives no usable list of backends.',
    registers,
  })
  const byStatus = new Map(KNOWN_STATUSES.map((status) => [status, requests.labels({ status })]))
  const byReason = new Map(FAILURE_REASONS.map((reason) => [reason, failures.labels({ reason })]))
  for (const child of [...byStatus.values(), ...byReason.values()]) child.inc(0)

  return {
    answered(status, seconds) {
      let child = byStatus.get(status)
      if (!child) {
        child = requests.labels({ status })
        byStatus.set(status, child)
      }
      child.inc()
      duration.observe(seconds)
    },
    upstreamFailed: (reason) => byReason.get(reason)?.inc(),
    backends: (count) => backends.set(count),
    listStale: (is) => stale.set(is ? 1 : 0),
  }
}
