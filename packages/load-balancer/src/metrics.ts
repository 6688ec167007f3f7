import { PlainHistogram } from '@oncall-lab/service-kit/plain-histogram'
import { Counter, Gauge, type Registry } from 'prom-client'
import { AnswerCounts, type AnswerOrigin } from './answer-counts.ts'
import type { Backend } from './backends/backend.ts'
import { EJECTION_REASONS, type EjectionReason } from './backends/outlier.ts'
import { FAILURE_REASONS, type FailureReason } from './failover.ts'
import { MethodCounts } from './method-counts.ts'

/** What the balancer counts. Times are in seconds. */
export interface Metrics {
  /** One answered request; status 499 is a caller that left before its answer. `backend` is empty when none was asked. */
  answered(backend: string, status: number, origin: AnswerOrigin, seconds: number): void
  /** One forwarded request was answered, after it was sent to so many backends. */
  forwarded(method: string, status: number, attempts: number): void
  /** One complete answer of a backend. */
  upstreamAnswered(seconds: number): void
  upstreamFailed(reason: FailureReason): void
  retried(reason: FailureReason): void
  ejected(backend: string, reason: EjectionReason): void
  /** A backend is in use: its series begin at zero. */
  opened(backend: string): void
  /** Whether the list of backends could not be refreshed lately. */
  listStale(stale: boolean): void
}

/** What is read when Prometheus asks. */
export interface Observed {
  backends: { readonly all: readonly Backend[] }
  /** Seconds since the list of backends was last confirmed, null when it never was. */
  listAge: () => number | null
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Registers the balancer's metrics; known labels start at zero. */
export function createMetrics(registry: Registry, observed: Observed): Metrics {
  const answers = new AnswerCounts(registry)
  const methods = new MethodCounts(registry)
  const histogram = (name: string, help: string, buckets: number[]) => new PlainHistogram({ name, help, buckets, registry })
  const attempts = histogram('load_balancer_attempts_per_request', 'Backends that a forwarded request was sent to.', [1, 2])
  const upstream = histogram(
    'load_balancer_upstream_duration_seconds',
    'Time from the choice of a backend to the end of its answer, complete answers only.',
    SECONDS,
  )
  const duration = histogram('load_balancer_request_duration_seconds', 'Time from the head of a request to the end of its answer.', SECONDS)
  const failures = counterByReason(
    registry,
    'load_balancer_upstream_failures_total',
    'Exchanges with a backend that failed, each try counted.',
  )
  const retries = counterByReason(
    registry,
    'load_balancer_retries_total',
    'Requests that went to a second backend, by why the first failed.',
  )
  const ejections = new Counter({
    name: 'load_balancer_ejections_total',
    help: 'Backends taken out of use for a while because exchanges with them failed.',
    labelNames: ['backend', 'reason'],
    registers: [registry],
  })
  const stale = new Gauge({
    name: 'load_balancer_backend_list_stale',
    help: '1 while the process manager gives no usable list of backends.',
    registers: [registry],
  })
  observe(registry, observed)

  return {
    answered(backend, status, origin, seconds) {
      answers.count(backend, status, origin)
      duration.record(seconds)
    },
    forwarded(method, status, count) {
      methods.count(method, status)
      attempts.record(count)
    },
    upstreamAnswered: (seconds) => upstream.record(seconds),
    upstreamFailed: (reason) => failures.inc({ reason }),
    retried: (reason) => retries.inc({ reason }),
    ejected: (backend, reason) => ejections.inc({ backend, reason }),
    opened(backend) {
      answers.open(backend)
      for (const reason of EJECTION_REASONS) ejections.inc({ backend, reason }, 0)
    },
    listStale: (is) => stale.set(is ? 1 : 0),
  }
}

function counterByReason(registry: Registry, name: string, help: string): Counter<'reason'> {
  const counter = new Counter({ name, help, labelNames: ['reason'], registers: [registry] })
  for (const reason of FAILURE_REASONS) counter.inc({ reason }, 0)
  return counter
}

function observe(registry: Registry, { backends, listAge }: Observed): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('load_balancer_backends', 'Backends in use.', () => backends.all.length)
  gauge(
    'load_balancer_backends_available',
    'Backends that are healthy, not ejected and not full.',
    () => backends.all.filter((each) => each.available).length,
  )
  gauge(
    'load_balancer_backend_list_age_seconds',
    'Time since the process manager last confirmed the list of backends; NaN when it never did.',
    () => listAge() ?? Number.NaN,
  )
  new Gauge({
    name: 'load_balancer_in_flight_requests',
    help: 'Requests that a backend is working on.',
    labelNames: ['backend'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { url, inFlight } of backends.all) this.set({ backend: url }, inFlight)
    },
  })
}
