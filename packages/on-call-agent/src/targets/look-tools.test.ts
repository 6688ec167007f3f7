import { LabError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { expect, test } from 'vitest'
import { incidentOf, logEntry } from '../../test-parts/look-tools.ts'
import { call } from '../../test-parts/scripted-model.ts'
import { callTool } from '../functions/call-tool.ts'
import { LIMITS } from '../functions/limits.ts'
import type { Tool } from '../functions/tool.ts'
import type {
  ErrorRateResult,
  FetchCodeResult,
  FetchLogsResult,
  ListedInstance,
  ListInstancesResult,
  QueryPrometheusResult,
} from '../functions.ts'
import { fetchLogs } from './fleet/fetch-logs.ts'
import { listInstances } from './fleet/list-instances.ts'
import type { LoadBalancerClient } from './fleet/load-balancer.ts'
import { createLogTail } from './fleet/log-tail.ts'
import { fetchCodeFromGitHub } from './github/fetch-code-from-github.ts'
import type { PrometheusClient, Series } from './prometheus/client.ts'
import { computeErrorRate as errorRateOf } from './prometheus/compute-error-rate.ts'
import { decideErrorCounter } from './prometheus/error-counter.ts'
import { createServiceFinder } from './prometheus/find-service.ts'
import { queryPrometheus } from './prometheus/query-prometheus.ts'

const signal = new AbortController().signal
/** Through the tool boundary, as the model's calls come. */
async function ask<T>(tool: Tool, args: object = {}, service = 'inventory'): Promise<T> {
  const { ok, result } = await callTool([tool], call('c', tool.name, args), { incident: incidentOf(service), limits: LIMITS, signal })
  const value = JSON.parse(result)
  if (!ok) throw new LabError(value.error.message, { code: value.error.code, status: 502 })
  return value
}
const down = async (): Promise<never> => {
  throw new UpstreamError('it cannot be reached', { code: 'upstream_unreachable' })
}

/** Of Prometheus, what answers nothing. */
const MUTE = { query: down, queryRange: down, queryBetween: down, labelValues: down, rules: down, scrapeTargets: down, alertmanagers: down }

const balancer = (over: Partial<LoadBalancerClient>): LoadBalancerClient => ({ tailLogs: down, backends: down, state: down, ...over })
const logsOf = (entries: ReturnType<typeof logEntry>[], count = entries.length) =>
  ask<FetchLogsResult>(
    fetchLogs(async () => ({ entries, count })),
    { seconds: 60, limit: 200 },
  )

test('logs: the newest entries stay, oldest first, and the count tells of those that are left out', async () => {
  const entries = Array.from({ length: 200 }, (_, i) => logEntry({ message: `${i} ${'x'.repeat(300)}` }))
  const result = await logsOf(entries, 1_000)
  expect(result.count).toBe(1_000)
  expect(result.entries.length).toBeGreaterThan(20)
  expect(result.entries).toEqual(entries.slice(-result.entries.length))
})

test('logs: a stack that repeats stands with its newest entry, and has its first lines', async () => {
  const stack = ['TypeError: x', ...Array.from({ length: 40 }, (_, i) => `    at f${i} (src/a.ts:${i}:1)`)].join('\n')
  const { entries } = await logsOf([logEntry({ stack, pid: 1 }), logEntry({ pid: 2 }), logEntry({ stack, pid: 3 })])
  expect(entries.map(({ pid, stack: kept }) => [pid, kept?.split('\n').length])).toEqual([
    [1, undefined],
    [2, undefined],
    [3, 12],
  ])
})

test('logs: one huge entry, and even many, hide neither themselves nor the function', async () => {
  const { entries } = await logsOf([logEntry({ message: 'first' }), logEntry({ message: '😀'.repeat(40_000), stack: 'y'.repeat(90_000) })])
  expect(entries).toHaveLength(2)
  expect(entries[1]?.message.length).toBeLessThan(2_100)
  expect((await logsOf(Array.from({ length: 200 }, () => logEntry({ message: '\u0001'.repeat(9_000) })))).entries.length).toBeGreaterThan(0)
})

test('logs: what cannot be asked is an error, and no empty log', async () => {
  await expect(ask(fetchLogs(createLogTail(balancer({}))), { seconds: 60, limit: 1 })).rejects.toMatchObject({
    code: 'upstream_unreachable',
  })
})

const series = (labels: Record<string, string>, value: number | null): Series => ({ labels, points: [[1, value]] })
/** Answers by what the query asks for. */
const prometheus = (answer: (query: string) => Series[]): PrometheusClient => ({
  ...MUTE,
  query: async (query) => answer(query),
  queryRange: down,
  labelValues: async () => ['inventory', 'checkout'],
})

/** The counters of a service that counts its errors apart. */
const COUNTERS = ['http_requests_total', 'http_errors_total'].map((name) => series({ __name__: name }, 1))
const computeErrorRate = (client: PrometheusClient) =>
  errorRateOf(
    { ...client, query: async (query, at) => (query.includes('__name__') ? COUNTERS : client.query(query, at)) },
    createServiceFinder(client, 'job'),
  )

test('error rate: over a window, by route and by instance, most errors first', async () => {
  const result = await ask<ErrorRateResult>(
    computeErrorRate(
      prometheus((query) => {
        const failed = query.includes('http_errors_total')
        if (query.includes('by (route)'))
          return failed
            ? [series({ route: '/b' }, 2)]
            : [series({ route: '/a' }, 6), series({ route: '/b' }, 2), series({ route: '/idle' }, 0)]
        if (query.includes('by (instance)')) return [series({ instance: '127.0.0.1:8001' }, failed ? 2 : 8)]
        return [series({}, query.includes('[15s]') ? 0 : failed ? 2 : 8)]
      }),
    ),
  )
  expect(result.last_minute).toEqual({ window_seconds: 60, requests_per_second: 8, errors_per_second: 2, error_rate: 0.25 })
  expect(result.last_15_seconds).toEqual({ window_seconds: 15, requests_per_second: 0, errors_per_second: 0, error_rate: null })
  expect(result.by_route.map(({ route, error_rate }) => [route, error_rate])).toEqual([
    ['/b', 1],
    ['/a', 0],
  ])
  expect(result.by_instance).toMatchObject([{ instance: '127.0.0.1:8001', error_rate: 0.25 }])
})

test('error rate: where Prometheus scrapes each second the windows are as many scrapes, and the onset is looked for as closely', async () => {
  const asked: string[] = []
  const courses: [number, number][] = []
  const client = {
    ...prometheus((query) => {
      asked.push(query)
      return [series({}, 8)]
    }),
    scrapeTargets: async () => [{ job: 'inventory', instance: 'a:1', health: 'up', scrapedAt: '', error: '', everySeconds: 1 }],
    queryBetween: async (_query: string, { from, until }: { from: Date; until: Date }, steps: number) => {
      courses.push([(until.getTime() - from.getTime()) / 1_000, steps])
      return []
    },
  }
  const { last_minute, last_15_seconds, scrape_seconds } = await ask<ErrorRateResult>(computeErrorRate(client))
  expect([last_minute.window_seconds, last_15_seconds.window_seconds, scrape_seconds]).toEqual([12, 3, 1])
  expect(new Set(asked.flatMap((query) => /\[(\w+)\]/.exec(query)?.[1] ?? []))).toEqual(new Set(['12s', '3s']))
  expect(courses[0]).toEqual([120, 120])
})

test('error rate: errors and requests are counted at the same moments, however late the second question is', async () => {
  const spans: { from: Date; until: Date }[] = []
  const client = {
    ...prometheus(() => [series({}, 8)]),
    async queryBetween(query: string, span: { from: Date; until: Date }, steps: number) {
      spans.push(span)
      // The clock goes on before the next one is asked.
      for (const asked = Date.now(); Date.now() === asked; );
      const [from, until] = [span.from.getTime() / 1_000, span.until.getTime() / 1_000]
      const points = Array.from({ length: steps + 1 }, (_, i): [number, number] => {
        const failing = query.includes('errors') ? Math.max(0, i - steps / 2) : i
        return [from + (i * (until - from)) / steps, 10 * failing]
      })
      return [{ labels: { instance: 'a:1', route: '/' }, points }]
    },
  }
  const { onset } = await ask<ErrorRateResult>(computeErrorRate(client))
  expect(spans).toHaveLength(2)
  expect(spans[1]).toEqual(spans[0])
  expect(onset).toMatchObject({ ended_at: null, error_rate_within: 1 })
})

test('error rate: requests without errors are 0, and no request is null', async () => {
  const fine = await ask<ErrorRateResult>(computeErrorRate(prometheus((query) => (query.includes('errors') ? [] : [series({}, 5)]))))
  expect(fine.last_minute.error_rate).toBe(0)
  const idle = await ask<ErrorRateResult>(computeErrorRate(prometheus(() => [series({}, 0)])))
  expect(idle.last_minute.error_rate).toBeNull()
})

test('error rate: where Prometheus has nothing, or does not answer, that is an error and no zero', async () => {
  await expect(ask(computeErrorRate(prometheus(() => [])))).rejects.toMatchObject({ code: 'no_data' })
  await expect(ask(errorRateOf(MUTE, createServiceFinder(MUTE, 'job')))).rejects.toMatchObject({
    code: 'upstream_unreachable',
  })
})

test('PromQL: a present value or a course, the rest counted, NaN as null', async () => {
  const client: PrometheusClient = {
    ...MUTE,
    query: async () => Array.from({ length: 33 }, (_, i) => series({ i: `${i}` }, null)),
    queryRange: async (_query, seconds, steps) => [{ labels: {}, points: Array.from({ length: steps + 1 }, (_, i) => [seconds + i, i]) }],
  }
  const tool = queryPrometheus(client, 'job')
  const now = await ask<QueryPrometheusResult>(tool, { query: 'up' })
  expect([now.series.length, now.left_out, now.series[0]?.points]).toEqual([30, 3, [['1970-01-01T00:00:01.000Z', null]]])
  const course = await ask<QueryPrometheusResult>(tool, { query: 'up', range_seconds: 60 })
  expect(course.series[0]?.points).toHaveLength(20)
  await expect(ask(tool, { query: '' })).rejects.toMatchObject({ code: 'invalid_arguments' })
})

test('instances: a balancer that cannot be asked is said so beside the instances, and is no empty list', async () => {
  const processManager = { instances: async () => [] }
  expect(await ask<ListInstancesResult>(listInstances(processManager, balancer({})))).toEqual({
    instances: [],
    load_balancer: { error: { code: 'upstream_unreachable', message: 'it cannot be reached' } },
  })
  expect(await ask(listInstances(processManager, balancer({ backends: async () => [] })))).toMatchObject({
    load_balancer: { backends: [] },
  })
  await expect(ask(listInstances({ instances: down }, balancer({})))).rejects.toMatchObject({ code: 'upstream_unreachable' })
})

test('instances: of many exits the last three stay, with the reason and the release', async () => {
  const exits = Array.from({ length: 40 }, (_, i) => ({
    at: `2026-11-21T10:00:${10 + i}.000Z`,
    code: null,
    signal: 'SIGKILL',
    uptime_seconds: i,
    expected: false,
  }))
  const instance: ListedInstance = {
    instance: '127.0.0.1:8001',
    port: 8001,
    pid: null,
    state: 'fatal',
    started_at: null,
    restarts: 10,
    last_exit: null,
    reason: '10 starts within a minute',
    release: '0.1.0',
    exits,
  }
  const result = await ask<ListInstancesResult>(listInstances({ instances: async () => [instance] }, balancer({})))
  expect(result.instances).toEqual([{ ...instance, exits: exits.slice(-3) }])
})

const read: string[] = []
const code = (text: string) =>
  fetchCodeFromGitHub({
    repository: 'o/r',
    readFile: async (path) => {
      read.push(path)
      return { text, commit: 'main' }
    },
  })
const numbered = Array.from({ length: 500 }, (_, i) => `line ${i + 1}`).join('\n')

test('code: the lines that were asked for, numbered; without an end 200 of them', async () => {
  expect(await ask<FetchCodeResult>(code(`${numbered}\n`), { file_path: 'src/a.ts', start_line: 499, end_line: 900 })).toEqual({
    repository: 'o/r',
    ref: 'main',
    file_path: 'src/a.ts',
    start_line: 499,
    end_line: 500,
    total_lines: 500,
    code: '499: line 499\n500: line 500',
  })
  expect(await ask<FetchCodeResult>(code(numbered), { file_path: 'src/a.ts', start_line: 10 })).toMatchObject({
    start_line: 10,
    end_line: 209,
  })
  expect(await ask<FetchCodeResult>(code(''), { file_path: 'empty' })).toMatchObject({ start_line: 1, end_line: 1, code: '1: ' })
})

test('code: long lines are cut, and never everything', async () => {
  const wide = await ask<FetchCodeResult>(code(`${'x'.repeat(90_000)}\nsecond`), { file_path: 'bundle.js' })
  expect(wide).toMatchObject({ start_line: 1, end_line: 2 })
  const many = await ask<FetchCodeResult>(code(Array(200).fill('y'.repeat(900)).join('\n')), { file_path: 'a' })
  expect(many.code.length).toBeLessThanOrEqual(16_000)
  expect(many.end_line).toBe(many.code.split('\n').length)
})

test.each([
  [{ start_line: 501 }, 'no_such_line'],
  [{ start_line: 9, end_line: 8 }, 'invalid_request'],
])('code: %j is refused', async (lines, reason) => {
  await expect(ask(code(numbered), { file_path: 'src/a.ts', ...lines })).rejects.toMatchObject({ code: reason })
})

test.each(['/etc/passwd', '../secret', 'a/../../b', './a', 'a//b', 'a/', 'a\\b', 'a\0b', '..', ''])(
  'code: the path %j never reaches GitHub',
  async (file_path) => {
    read.length = 0
    await expect(ask(code('x'), { file_path })).rejects.toMatchObject({ code: expect.stringMatching(/^invalid_/) })
    expect(read).toEqual([])
  },
)

test("error rate: the queries select the series of the incident's service, and of no other", async () => {
  const asked: string[] = []
  const client = prometheus((query) => {
    asked.push(query)
    return [series({}, 1)]
  })
  await ask(computeErrorRate(client), {}, 'checkout')
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.filter((query) => !query.includes('{job="checkout"}'))).toEqual([])
})

test.each([
  [[], 'no_requests', undefined],
  [[{ __name__: 'http_errors_total' }], 'no_requests', undefined],
  [[{ __name__: 'http_requests_total' }], 'errors_not_counted', undefined],
  [[{ __name__: 'http_requests_total', method: 'GET', status: 'fine' }], 'errors_not_counted', undefined],
  [[{ __name__: 'http_requests_total', code: '200' }], 'found', 'http_requests_total{job="x",code=~"5.."}'],
  [[{ __name__: 'http_requests_total', status: '2xx' }], 'found', 'http_requests_total{job="x",status=~"5.."}'],
  [[{ __name__: 'http_requests_total', status: '200' }, { __name__: 'http_errors_total' }], 'found', 'http_errors_total{job="x"}'],
])('error rate: of the counters %j it is %s %s', (counters, kind, errors) => {
  expect(
    decideErrorCounter(
      counters.map((labels) => series(labels as unknown as Record<string, string>, 1)),
      'job="x"',
    ),
  ).toMatchObject({ kind, ...(errors && { errors }) })
})

test("what is asked of a service that a target does not see is not_seen with its name, and never another service's readings", async () => {
  const metrics = prometheus(() => [series({}, 5)])
  const shop = balancer({ tailLogs: async () => ({ entries: [logEntry()], count: 1 }), backends: async () => [] })
  const tools: [Tool, object][] = [
    [computeErrorRate(metrics), {}],
    [fetchLogs(createLogTail(shop)), { seconds: 60, limit: 10 }],
    [listInstances({ instances: async () => [] }, shop), {}],
    [fetchCodeFromGitHub({ repository: 'o/r', readFile: down }, (service) => service === 'inventory'), { file_path: 'a.ts' }],
  ]
  for (const [tool, args] of tools) {
    await expect(ask(tool, args, 'payments')).rejects.toMatchObject({ code: 'not_seen', message: expect.stringContaining('payments') })
  }
})
