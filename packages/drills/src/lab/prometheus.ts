import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { Type } from 'typebox'
import type { Pace } from '../contenders/ask-again.ts'
import { SLIS, type SliId } from '../sli.ts'

/** Over how long the pace is taken: some scrapes on either clock. */
const PACE_SECONDS = 20
/** From the end of a scrape, or of a rule's evaluation, until a query sees it. */
const STORED_WITHIN_SECONDS = 0.1

/** One series: [Unix seconds, value], oldest first. */
export interface Series {
  labels: Record<string, string>
  points: [number, number][]
}

const Sample = Type.Tuple([Type.Number(), Type.String()])
const Answer = Type.Object({
  data: Type.Object({
    result: Type.Array(
      Type.Object({
        metric: Type.Record(Type.String(), Type.String()),
        value: Type.Optional(Sample),
        values: Type.Optional(Type.Array(Sample)),
      }),
    ),
  }),
})
const Alerts = Type.Object({
  data: Type.Object({
    alerts: Type.Array(Type.Object({ labels: Type.Record(Type.String(), Type.String()), state: Type.String(), activeAt: Type.String() })),
  }),
})
const Rules = Type.Object({
  data: Type.Object({ groups: Type.Array(Type.Object({ rules: Type.Array(Type.Object({ name: Type.String(), query: Type.String() })) })) }),
})

/** An alert that fires, of those that page. */
export interface FiringAlert {
  name: string
  severity: string
}

/** What a drill asks Prometheus. All methods @throws UpstreamError. */
export class PrometheusOfLab {
  readonly #http

  constructor(baseUrl: string) {
    this.#http = createHttpClient({ name: 'Prometheus', baseUrl, timeoutMs: 5_000 })
  }

  /** The value at a time (Unix seconds), or now. */
  async query(query: string, time?: number): Promise<Series[]> {
    return read(await this.#http.get('/api/v1/query', { schema: Answer, query: { query, ...(time !== undefined && { time }) } }))
  }

  async queryRange(query: string, start: number, end: number, step = 1): Promise<Series[]> {
    return read(await this.#http.get('/api/v1/query_range', { schema: Answer, query: { query, start, end, step } }))
  }

  /** A figure of the shop, second by second; a second without data has what that figure says then. */
  async course(id: SliId, start: number, end: number): Promise<[number, number][]> {
    const { query, absent } = SLIS[id]
    const [series] = await this.queryRange(query, start, end)
    const known = new Map(series?.points.map(([at, value]) => [Math.round(at - start), value]))
    return Array.from({ length: Math.max(0, Math.floor(end - start)) }, (_, second) => [start + second, known.get(second) ?? absent])
  }

  /** How soon it shows what it measures, around a time (Unix seconds): from what it stored of its own scrapes. */
  async pace(at: number): Promise<Pace> {
    const one = async (query: string) => (await this.query(query, at + PACE_SECONDS / 2))[0]?.points[0]?.[1]
    const [scrapes, longest] = await Promise.all([
      one(`max(count_over_time(up[${PACE_SECONDS}s]))`),
      one(`max(max_over_time(scrape_duration_seconds[${PACE_SECONDS}s]))`),
    ])
    const interval = PACE_SECONDS / Math.max(1, scrapes ?? 1)
    return { interval, late: Math.min(interval, (longest ?? interval) + STORED_WITHIN_SECONDS) }
  }

  /** Those that fire and page somebody. */
  async firing(): Promise<FiringAlert[]> {
    const { data } = await this.#http.get('/api/v1/alerts', { schema: Alerts })
    return data.alerts
      .filter(({ state, labels }) => state === 'firing' && labels.severity !== 'none')
      .map(({ labels }) => ({ name: labels.alertname ?? '', severity: labels.severity ?? '' }))
  }

  /** What it says of itself at these paths of its API, as it says it. */
  async told(paths: readonly string[]): Promise<Record<string, unknown>> {
    const answers = paths.map(async (path) => [path, await this.#http.get(path, { schema: Type.Unknown() })] as const)
    return Object.fromEntries(await Promise.all(answers))
  }

  /** All rules as text, to see whether they are the same. */
  async rules(): Promise<string> {
    const { data } = await this.#http.get('/api/v1/rules', { schema: Rules })
    return data.groups.flatMap(({ rules }) => rules.map(({ name, query }) => `${name}: ${query}`)).join('\n')
  }
}

function read({
  data,
}: {
  data: { result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[] }
}): Series[] {
  return data.result.map(({ metric, value, values }) => ({
    labels: metric,
    points: (value ? [value] : (values ?? [])).flatMap(([at, text]): [number, number][] =>
      Number.isFinite(Number(text)) ? [[at, Number(text)]] : [],
    ),
  }))
}
