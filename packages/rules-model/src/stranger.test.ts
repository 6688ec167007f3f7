import { describe, expect, test } from 'vitest'
import { investigate } from '../test-parts/investigate.ts'
import { NOW } from '../test-parts/scene.ts'
import { course, present } from '../test-parts/simulated-metrics.ts'
import { createWorld, type World } from '../test-parts/simulated-world.ts'

// Two services that nobody here wrote: `quotes`, in Python (Flask, prometheus_client), and `ledgerd`, in Go (promhttp, log/slog). Their metrics have the standard names and
// their own labels (`handler`, `code`); their logs are lines of their own form.

const at = (ago: number) => new Date(NOW - ago * 1_000)
const python = (ago: number, words: string) => `${at(ago).toISOString().slice(0, 19).replace('T', ' ')},120 ERROR quotes.views: ${words}`
const slog = (ago: number, fields: object) => JSON.stringify({ time: at(ago).toJSON(), level: 'ERROR', ...fields })
const times = <T>(count: number, make: (ago: number) => T) => Array.from({ length: count }, (_, i) => make(45 - (44 * i) / count))

const PODS = ['quotes-7c9d-a:8000', 'quotes-7c9d-b:8000']
/** What a Python service does not have, and no process manager that lists it. */
const NOTHING: World['metrics'] = {
  ...Object.fromEntries(
    [
      'phases',
      'database_up',
      'database_errors',
      'pool_in_use',
      'pool_size',
      'pool_waiting',
      'pool_connections',
      'lag',
      'lag_median',
      'heap',
      'external',
      'restarts',
      'replicas_wanted',
      'retries',
      'balancer_statuses',
      'balancer_traffic',
    ].map((name) => [name, []]),
  ),
}
const each = (range: number, value: (ago: number) => number, labels = {}) =>
  PODS.map((instance) => course({ instance, ...labels }, range, value))
const byHandler = (seconds: [string, number][]) => seconds.map(([handler, value]) => present({ handler, method: 'GET' }, value))

function stranger(changes: Partial<World> & { lines?: string[] }, service = 'quotes'): World {
  const { lines = [], metrics = {}, ...rest } = changes
  const row = (name: string, bad: number) => ({
    requests_per_second: 10,
    errors_per_second: bad,
    error_rate: bad / 10,
    ...(name.startsWith('/') ? { route: name } : { instance: name }),
  })
  return createWorld({
    service,
    firing: true,
    broken: {
      list_instances: { code: 'not_seen', message: `${service} is not of the fleet`, times: 99 },
      fetch_code_from_github: { code: 'not_seen', message: 'no repository', times: 99 },
    },
    rate: {
      last_minute: { window_seconds: 60, requests_per_second: 20, errors_per_second: 0, error_rate: 0 },
      last_15_seconds: { window_seconds: 15, requests_per_second: 20, errors_per_second: 0, error_rate: 0 },
      by_route: [row('/quote', 0), row('/history', 0)],
      by_instance: PODS.map((pod) => row(pod, 0)),
    } as World['rate'],
    metrics: {
      ...NOTHING,
      p95: [course({}, 300, () => 0.03)],
      mean_by_instance: PODS.map((instance) => present({ instance }, 0.02)),
      p95_by_route: byHandler([
        ['/quote', 0.03],
        ['/history', 0.03],
      ]),
      cpu: each(600, () => 0.05),
      memory: each(600, () => 70e6),
      memory_closely: each(60, () => 70e6),
      up: each(300, () => 1, { job: service }),
      jobs_up: [present({ job: service }, 1), present({ job: 'node' }, 1)],
      open_files: PODS.map((instance) => present({ instance }, 0.02)),
      served_by_instance: PODS.map((instance) => present({ instance }, 10)),
      ...metrics,
    },
    ...(lines.length > 0 && { rawLog: lines }),
    ...rest,
  })
}

const alert = (alertname: string, summary: string, labels: Record<string, string> = {}) => [
  { alertname, severity: 'critical', summary, labels: { service: 'quotes', ...labels } },
]
const failing = (share: number, routes = ['/quote', '/history']): World['rate'] =>
  ({
    last_minute: { window_seconds: 60, requests_per_second: 20, errors_per_second: 20 * share, error_rate: share },
    last_15_seconds: { window_seconds: 15, requests_per_second: 20, errors_per_second: 20 * share, error_rate: share },
    by_route: ['/quote', '/history'].map((route) => {
      const bad = routes.includes(route) ? Math.min(10, (20 * share) / routes.length) : 0
      return { route, requests_per_second: 10, errors_per_second: bad, error_rate: bad / 10 }
    }),
    by_instance: PODS.map((instance) => ({ instance, requests_per_second: 10, errors_per_second: 10 * share, error_rate: share })),
  }) as World['rate']

const since = (now: number, before: number) => (ago: number) => (ago > 60 ? before : now)

describe('a Python service', () => {
  test('an AttributeError, its traceback in lines of the log: the file and the line', () => {
    const lines = times(20, (ago) => [
      python(ago, 'Exception on /quote [GET]'),
      'Traceback (most recent call last):',
      '  File "/usr/lib/python3.12/site-packages/flask/app.py", line 880, in full_dispatch',
      '  File "quotes/pricing.py", line 41, in price',
      "AttributeError: 'NoneType' object has no attribute 'bid'",
    ]).flat()
    const { diagnosis } = investigate(stranger({ lines, alerts: alert('QuotesErrors', 'requests fail'), rate: failing(0.4, ['/quote']) }))
    expect(diagnosis).toMatchObject({ cause: 'application_exception', affected_file: 'quotes/pricing.py', line_number: 41 })
  })

  test('its database refuses connections, by psycopg’s words', () => {
    const lines = times(25, (ago) =>
      python(ago, 'psycopg.OperationalError: connection failed: connection to server at "10.0.3.7", port 5432 failed: Connection refused'),
    )
    const { diagnosis } = investigate(stranger({ lines, alerts: alert('QuotesErrors', 'requests fail'), rate: failing(0.9) }))
    expect(diagnosis.cause).toBe('database_down')
  })

  test('its memory grows on one pod', () => {
    const grown = (ago: number) => 70e6 + (600 - ago) * 400_000
    const one = (range: number) => PODS.map((instance, i) => course({ instance }, range, i === 0 ? grown : () => 70e6))
    const world = stranger({
      alerts: alert('QuotesMemory', 'memory grows', { instance: PODS[0] ?? '' }),
      metrics: { memory: one(600), memory_closely: one(60) },
    })
    const { diagnosis } = investigate(world)
    expect(diagnosis).toMatchObject({ cause: 'memory_leak', instances: [PODS[0]] })
  })

  test('it computes too much', () => {
    const world = stranger({
      alerts: alert('QuotesLatency', 'answers are slow'),
      metrics: {
        p95: [course({}, 300, since(1.4, 0.03))],
        p95_by_route: byHandler([
          ['/quote', 1.4],
          ['/history', 1.2],
        ]),
        cpu: each(600, since(0.97, 0.05)),
        mean_by_instance: PODS.map((instance) => present({ instance }, 0.8)),
      },
    })
    expect(investigate(world).diagnosis.cause).toBe('cpu_saturation')
  })

  test('a pod does not answer Prometheus, and nothing says why: no cause is made up', () => {
    const world = stranger({
      alerts: alert('QuotesDown', 'a pod does not answer', { instance: PODS[1] ?? '' }),
      metrics: { up: PODS.map((instance, i) => course({ instance, job: 'quotes' }, 300, (ago) => (i === 1 && ago < 40 ? 0 : 1))) },
    })
    const { diagnosis } = investigate(world)
    expect(['instance_down', 'unknown', 'service_down_on_host', 'process_hung']).toContain(diagnosis.cause)
    expect(diagnosis.cause === 'unknown' ? [] : diagnosis.instances).toEqual(diagnosis.cause === 'unknown' ? [] : [PODS[1]])
  })
})

describe('a Go service', () => {
  test('a nil pointer, by slog and a goroutine’s stack', () => {
    const stack =
      'goroutine 71 [running]:\nledger.(*Server).post(...)\n\t/app/internal/post.go:88 +0x1d\nnet/http.HandlerFunc.ServeHTTP\n\t/usr/local/go/src/net/http/server.go:2136 +0x2f'
    const lines = times(20, (ago) =>
      slog(ago, {
        msg: 'panic serving request',
        error: 'runtime error: invalid memory address or nil pointer dereference',
        stack,
        path: '/quote',
        status: 500,
      }),
    )
    const { diagnosis } = investigate(stranger({ lines, alerts: alert('LedgerErrors', 'requests fail'), rate: failing(0.4, ['/quote']) }))
    expect(diagnosis).toMatchObject({ cause: 'application_exception', line_number: 88 })
  })

  test('another service answers 503, in logfmt', () => {
    const lines = times(
      20,
      (ago) =>
        `time=${at(ago).toJSON()} level=error msg="fx rates failed: GET https://fx.example/rates: unexpected status 503 Service Unavailable" path=/quote status=502`,
    )
    expect(
      investigate(stranger({ lines, alerts: alert('LedgerErrors', 'requests fail'), rate: failing(0.4, ['/quote']) })).diagnosis.cause,
    ).toBe('dependency_down')
  })

  test('a certificate has ended', () => {
    const lines = times(20, (ago) =>
      slog(ago, {
        msg: 'Post "https://bank.example/v1": x509: certificate has expired or is not yet valid: current time 2026-11-20T12:00:00Z is after 2026-11-19T00:00:00Z',
        path: '/quote',
      }),
    )
    expect(
      investigate(stranger({ lines, alerts: alert('LedgerErrors', 'requests fail'), rate: failing(0.4, ['/quote']) })).diagnosis.cause,
    ).toBe('bad_configuration')
  })
})

test('where neither its log nor its figures can be seen, it says so', () => {
  const failed = { code: 'not_seen', message: 'nothing of quotes can be seen here', times: 99 }
  const world = stranger({
    alerts: alert('QuotesErrors', 'requests fail'),
    broken: { fetch_logs: failed, compute_error_rate: failed, query_prometheus: failed, list_instances: failed },
  })
  const { diagnosis } = investigate(world)
  expect(diagnosis.status).toBe('inconclusive')
  expect(diagnosis.root_cause).toMatch(/could not be seen|cannot (?:see|tell)/i)
  expect(diagnosis.root_cause).not.toMatch(/\b0 %/)
})
