import { useQuery } from '@tanstack/react-query'
import { getJson } from './json.ts'

const LIVE_EVERY_MS = 5_000
const COURSE_EVERY_MS = 15_000
/** The charts show the last 15 minutes. */
export const COURSE_SECONDS = 900
const STEP_SECONDS = 5

interface Sample {
  metric: Record<string, string>
  value: [number, string]
}
interface Course {
  metric: Record<string, string>
  values: [number, string][]
}
interface Answer<T> {
  data: { result: T[] }
}

/** One request answers all: each part is marked by the label `q`. */
function together(parts: Record<string, string>): string {
  return Object.entries(parts)
    .map(([name, expr]) => `label_replace(${expr}, "q", "${name}", "", "")`)
    .join(' or ')
}

const LIVE = together({
  rps: 'sum by (instance) (rate(http_requests_total{job="inventory"}[15s]))',
  errors: 'sum by (instance) (rate(http_errors_total{job="inventory"}[15s]))',
  p95: 'histogram_quantile(0.95, sum by (le, instance) (rate(http_request_duration_seconds_bucket{job="inventory"}[30s])))',
  pool: 'sum by (instance) (db_pool_connections_in_use)',
  lb_rps: 'sum(rate(load_balancer_requests_total[15s]))',
  lb_errors: 'sum(rate(load_balancer_requests_total{status=~"5.."}[15s]))',
  lb_available: 'max(load_balancer_backends_available)',
  db_up: 'min(db_up)',
  db_p95: 'histogram_quantile(0.95, sum by (le) (rate(request_phase_seconds_bucket{job="inventory", phase="db"}[30s])))',
  up: 'up',
})

const COURSES = together({
  error_ratio: 'sum(rate(http_errors_total{job="inventory"}[15s])) / sum(rate(http_requests_total{job="inventory"}[15s]))',
  rps: 'sum(rate(load_balancer_requests_total[15s]))',
  p95: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="inventory"}[30s])))',
})

/** The newest readings; a number is undefined where Prometheus has none, which is not 0. */
export interface LiveReadings {
  total: (q: string) => number | undefined
  of: (q: string, instance: string) => number | undefined
  /** By job: how many targets are up, of how many. */
  targets: (job: string) => { up: number; all: number }
}

export function useLiveReadings() {
  return useQuery({
    queryKey: ['prometheus', 'live'],
    refetchInterval: LIVE_EVERY_MS,
    queryFn: async ({ signal }): Promise<LiveReadings> => {
      const { data } = await getJson<Answer<Sample>>(`/prometheus/api/v1/query?query=${encodeURIComponent(LIVE)}`, signal)
      const read = (sample: Sample | undefined) => finite(sample?.value[1])
      const find = (q: string, instance?: string) =>
        data.result.find(({ metric }) => metric.q === q && (instance === undefined || metric.instance === instance))
      return {
        total: (q) => read(find(q)),
        of: (q, instance) => read(find(q, instance)),
        targets: (job) => {
          const all = data.result.filter(({ metric }) => metric.q === 'up' && metric.job === job)
          return { all: all.length, up: all.filter(({ value }) => value[1] === '1').length }
        },
      }
    },
  })
}

/** The last 15 minutes: seconds since the epoch, and one value (or null) for each series and time. */
export interface Courses {
  times: number[]
  error_ratio: (number | null)[]
  rps: (number | null)[]
  p95: (number | null)[]
}

export function useCourses() {
  return useQuery({
    queryKey: ['prometheus', 'courses'],
    refetchInterval: COURSE_EVERY_MS,
    queryFn: async ({ signal }): Promise<Courses> => {
      const end = Math.floor(Date.now() / 1_000 / STEP_SECONDS) * STEP_SECONDS
      const query = new URLSearchParams({ query: COURSES, start: `${end - COURSE_SECONDS}`, end: `${end}`, step: `${STEP_SECONDS}` })
      const { data } = await getJson<Answer<Course>>(`/prometheus/api/v1/query_range?${query}`, signal)
      const times = Array.from({ length: COURSE_SECONDS / STEP_SECONDS + 1 }, (_, i) => end - COURSE_SECONDS + i * STEP_SECONDS)
      const course = (q: string) => {
        const values = new Map(data.result.find(({ metric }) => metric.q === q)?.values)
        return times.map((time) => finite(values.get(time)) ?? null)
      }
      return { times, error_ratio: course('error_ratio'), rps: course('rps'), p95: course('p95') }
    },
  })
}

function finite(text: string | undefined): number | undefined {
  const value = Number(text)
  return text !== undefined && Number.isFinite(value) ? value : undefined
}
