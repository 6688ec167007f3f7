import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'

/** A time series; `points` are [Unix seconds, value], oldest first, one point for an instant query. NaN and infinities are null. */
export interface Series {
  labels: Record<string, string>
  points: [number, number | null][]
}

/** Queries Prometheus. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export interface PrometheusClient extends AsyncDisposable {
  /** The present value. @throws UpstreamError, also for PromQL that does not parse. */
  query(promql: string, signal?: AbortSignal): Promise<Series[]>
  /** The course of the last so many seconds in `steps` equal steps. @throws UpstreamError */
  queryRange(promql: string, seconds: number, steps: number, signal?: AbortSignal): Promise<Series[]>
}

type Sample = [number, string]
interface Answer {
  data: { resultType: string; result: { metric: Record<string, string>; value?: Sample; values?: Sample[] }[] | Sample }
}

/** `baseUrl` as in PROM_URL. */
export function createPrometheusClient(baseUrl: string): PrometheusClient {
  const http = createHttpClient({ name: 'Prometheus', baseUrl, timeoutMs: 5_000 })
  return {
    async query(query, signal) {
      return readSeries(await http.get<Answer>('/api/v1/query', { query: { query }, ...(signal && { signal }) }))
    },
    async queryRange(query, seconds, steps, signal) {
      const end = Date.now() / 1000
      const range = { query, start: end - seconds, end, step: seconds / steps }
      return readSeries(await http.get<Answer>('/api/v1/query_range', { query: range, ...(signal && { signal }) }))
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}

function readSeries({ data }: Answer): Series[] {
  const { resultType, result } = data
  if (resultType === 'scalar') return [{ labels: {}, points: [toPoint(result as Sample)] }] // As the result type says.
  if (resultType !== 'vector' && resultType !== 'matrix') {
    throw new UpstreamError(`The query gives a ${resultType}; ask for numbers`, { code: 'not_a_number' })
  }
  return (result as Exclude<typeof result, Sample>).map(({ metric, value, values = [] }) => ({
    labels: metric,
    points: (value ? [value] : values).map(toPoint),
  }))
}

function toPoint([time, text]: Sample): [number, number | null] {
  const value = Number(text)
  return [time, Number.isFinite(value) ? value : null]
}
