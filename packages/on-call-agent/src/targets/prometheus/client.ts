import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { createSemaphore } from '@oncall-lab/service-kit/semaphore'
import { type Static, Type } from 'typebox'

/** A time series; `points` are [Unix seconds, value], oldest first, one point for an instant query. NaN and infinities are null. */
export interface Series {
  labels: Record<string, string>
  points: [number, number | null][]
}

/** Queries Prometheus. https://prometheus.io/docs/prometheus/latest/querying/api/ All methods @throws UpstreamError. */
export interface PrometheusClient {
  /** The present value; PromQL that does not parse is an error too. */
  query(promql: string, signal?: AbortSignal): Promise<Series[]>
  /** The course of the last so many seconds in `steps` equal steps. */
  queryRange(promql: string, seconds: number, steps: number, signal?: AbortSignal): Promise<Series[]>
  /** The course between two times, in `steps` equal steps. */
  queryBetween(promql: string, span: { from: Date; until: Date }, steps: number, signal?: AbortSignal): Promise<Series[]>
  /** The values that a label has had in the last so many seconds, also in series that have ended. */
  labelValues(label: string, seconds: number, signal?: AbortSignal): Promise<string[]>
  rules(signal?: AbortSignal): Promise<Rule[]>
  scrapeTargets(signal?: AbortSignal): Promise<ScrapeTarget[]>
  /** How many Alertmanagers it is connected to. */
  alertmanagers(signal?: AbortSignal): Promise<number>
}

/** A rule as Prometheus runs it. */
const Rule = Type.Object({
  name: Type.String(),
  type: Type.String(),
  query: Type.String(),
  duration: Type.Optional(Type.Number()),
  state: Type.Optional(Type.String()),
  health: Type.String(),
  lastError: Type.Optional(Type.String()),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** Seconds for which it fires on after it was true the last time. */
  keepFiringFor: Type.Optional(Type.Number()),
})
/** `everySeconds`: from one evaluation to the next. */
export type Rule = Static<typeof Rule> & { everySeconds?: number | undefined }
const Rules = Type.Object({
  data: Type.Object({ groups: Type.Array(Type.Object({ interval: Type.Optional(Type.Number()), rules: Type.Array(Rule) })) }),
})

/** What Prometheus scrapes; `scrapedAt` is RFC 3339. */
export interface ScrapeTarget {
  job: string
  instance: string
  health: string
  scrapedAt: string
  error: string
  /** Seconds from one scrape to the next; undefined where Prometheus does not say. */
  everySeconds?: number | undefined
}
const Targets = Type.Object({
  data: Type.Object({
    activeTargets: Type.Array(
      Type.Object({
        labels: Type.Object({ job: Type.Optional(Type.String()), instance: Type.Optional(Type.String()) }),
        health: Type.String(),
        lastScrape: Type.String(),
        lastError: Type.String(),
        scrapeInterval: Type.Optional(Type.String()),
      }),
    ),
  }),
})
const Alertmanagers = Type.Object({ data: Type.Object({ activeAlertmanagers: Type.Array(Type.Object({ url: Type.String() })) }) })

const Sample = Type.Tuple([Type.Number(), Type.String()])
const Labels = Type.Record(Type.String(), Type.String())
const Answer = Type.Object({
  data: Type.Union([
    Type.Object({
      resultType: Type.Union([Type.Literal('vector'), Type.Literal('matrix')]),
      result: Type.Array(Type.Object({ metric: Labels, value: Type.Optional(Sample), values: Type.Optional(Type.Array(Sample)) })),
    }),
    Type.Object({ resultType: Type.Literal('scalar'), result: Sample }),
    Type.Object({ resultType: Type.Literal('string'), result: Sample }),
  ]),
})
const LabelValues = Type.Object({ data: Type.Array(Type.String()) })

/** Others ask Prometheus too. */
const QUERIES_AT_ONCE = 8
/** More than any question of ours needs. */
const ANSWER_BYTES = 2 * 1_048_576

/** `baseUrl` as in PROM_URL. */
export function createPrometheusClient(baseUrl: string, { timeoutMs = 5_000 } = {}): PrometheusClient {
  const http = createHttpClient({ name: 'Prometheus', baseUrl, timeoutMs, maxBytes: ANSWER_BYTES })
  const queries = createSemaphore(QUERIES_AT_ONCE)
  return {
    async query(query, signal) {
      return readSeries(await queries.run(() => http.get('/api/v1/query', { schema: Answer, query: { query }, signal }), signal))
    },
    async queryRange(query, seconds, steps, signal) {
      const end = Date.now() / 1000
      const range = { query, start: end - seconds, end, step: seconds / steps }
      return readSeries(await queries.run(() => http.get('/api/v1/query_range', { schema: Answer, query: range, signal }), signal))
    },
    async queryBetween(query, { from, until }, steps, signal) {
      const [start, end] = [from.getTime() / 1000, until.getTime() / 1000]
      const range = { query, start, end, step: Math.max(1, (end - start) / steps) }
      return readSeries(await queries.run(() => http.get('/api/v1/query_range', { schema: Answer, query: range, signal }), signal))
    },
    async rules(signal) {
      const { data } = await queries.run(() => http.get('/api/v1/rules', { schema: Rules, signal }), signal)
      return data.groups.flatMap(({ interval, rules }) => rules.map((rule) => ({ ...rule, everySeconds: interval })))
    },
    async scrapeTargets(signal) {
      const { data } = await queries.run(() => http.get('/api/v1/targets', { schema: Targets, query: { state: 'active' }, signal }), signal)
      return data.activeTargets.map(({ labels: { job = '', instance = '' }, health, lastScrape, lastError, scrapeInterval }) => ({
        job,
        instance,
        health,
        scrapedAt: lastScrape,
        error: lastError,
        everySeconds: scrapeInterval === undefined ? undefined : secondsOf(scrapeInterval),
      }))
    },
    async alertmanagers(signal) {
      return (await queries.run(() => http.get('/api/v1/alertmanagers', { schema: Alertmanagers, signal }), signal)).data
        .activeAlertmanagers.length
    },
    async labelValues(label, seconds, signal) {
      const end = Date.now() / 1000
      const path = `/api/v1/label/${encodeURIComponent(label)}/values`
      const within = { start: end - seconds, end }
      return (await queries.run(() => http.get(path, { schema: LabelValues, query: within, signal }), signal)).data
    },
  }
}

const UNIT_SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3_600 }

/** `1m30s` as seconds. */
function secondsOf(text: string): number {
  return [...text.matchAll(/(?<![\d.])([\d.]+)(ms|[smh])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNIT_SECONDS[unit] ?? 0),
    0,
  )
}

function readSeries({ data }: Static<typeof Answer>): Series[] {
  if (data.resultType === 'scalar') return [{ labels: {}, points: [toPoint(data.result)] }]
  if (data.resultType === 'string') throw new UpstreamError('The query gives a string; ask for numbers', { code: 'not_a_number' })
  return data.result.map(({ metric, value, values = [] }) => ({ labels: metric, points: (value ? [value] : values).map(toPoint) }))
}

function toPoint([time, text]: Static<typeof Sample>): [number, number | null] {
  const value = Number(text)
  return [time, Number.isFinite(value) ? value : null]
}
