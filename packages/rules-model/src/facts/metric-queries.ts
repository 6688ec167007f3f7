/** A course of so many seconds has as many steps as scrapes, 20 points five seconds apart: with longer steps two looks a moment apart see other samples. */
const EACH_SCRAPE = 95

/** What can be asked of Prometheus, by name; each query in the job's own name, with the course of the last minutes where a course tells more. */
export const METRIC_QUERIES = {
  p95: {
    query: (job: string) => `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="${job}"}[30s])))`,
    rangeSeconds: 300,
  },
  /** The mean, as a percentile of one instance falls on a slow route or beside it by chance. */
  mean_by_instance: {
    query: (job: string) =>
      `sum by (instance) (rate(http_request_duration_seconds_sum{job="${job}"}[30s])) / sum by (instance) (rate(http_request_duration_seconds_count{job="${job}"}[30s]))`,
  },
  p95_by_route: {
    query: (job: string) =>
      `histogram_quantile(0.95, sum by (le, method, route, handler, path, endpoint) (rate(http_request_duration_seconds_bucket{job="${job}"}[30s])))`,
  },
  /** Where the requests' time goes: mean seconds of one request in each phase. */
  phases: {
    query: (job: string) =>
      `sum by (phase) (rate(request_phase_seconds_sum{job="${job}"}[30s])) / ignoring(phase) group_left() sum(rate(request_phase_seconds_count{job="${job}",phase="db"}[30s]))`,
    rangeSeconds: 300,
  },
  database_up: { query: (job: string) => `db_up{job="${job}"}`, rangeSeconds: 300 },
  /** By SQLSTATE or Node's code. */
  database_errors: { query: (job: string) => `sum by (code) (rate(db_errors_total{job="${job}"}[1m])) > 0` },
  pool_in_use: { query: (job: string) => `db_pool_connections_in_use{job="${job}"}`, rangeSeconds: EACH_SCRAPE },
  pool_waiting: { query: (job: string) => `db_pool_waiting_requests{job="${job}"}`, rangeSeconds: 60 },
  pool_size: { query: (job: string) => `db_pool_connections_max{job="${job}"}` },
  /** What gets through: answers of each instance that are no failures. */
  served_by_instance: {
    query: (job: string) =>
      `sum by (instance) (rate(http_requests_total{job="${job}",status=~"[234].."}[15s]) or rate(http_requests_total{job="${job}",code=~"[234].."}[15s]))`,
  },
  pool_connections: { query: (job: string) => `sum(db_pool_connections{job="${job}"})` },
  cpu: { query: (job: string) => `rate(process_cpu_seconds_total{job="${job}"}[30s])`, rangeSeconds: 600 },
  lag: { query: (job: string) => `nodejs_eventloop_lag_p99_seconds{job="${job}"}`, rangeSeconds: EACH_SCRAPE },
  memory: { query: (job: string) => `process_resident_memory_bytes{job="${job}"}`, rangeSeconds: 600 },
  /** The last minute closely: a fast growth is one step in the course of ten minutes. */
  memory_closely: { query: (job: string) => `process_resident_memory_bytes{job="${job}"}`, rangeSeconds: 60 },
  heap: { query: (job: string) => `nodejs_heap_size_used_bytes{job="${job}"}`, rangeSeconds: 600 },
  external: { query: (job: string) => `nodejs_external_memory_bytes{job="${job}"}`, rangeSeconds: 600 },
  traffic: { query: (job: string) => `sum(rate(http_requests_total{job="${job}"}[30s]))`, rangeSeconds: 600 },
  error_ratio: {
    query: (job: string) =>
      `(sum(rate(http_errors_total{job="${job}"}[1m])) or sum(rate(http_requests_total{job="${job}",status=~"5.."}[1m])) or sum(rate(http_requests_total{job="${job}",code=~"5.."}[1m]))) / sum(rate(http_requests_total{job="${job}"}[1m]))`,
    rangeSeconds: 900,
  },
  refused_requests: {
    query: (job: string) =>
      `sum by (status, code, route, handler, path) (rate(http_requests_total{job="${job}",status=~"4.."}[1m]) or rate(http_requests_total{job="${job}",code=~"4.."}[1m])) / ignoring(status, code, route, handler, path) group_left() sum(rate(http_requests_total{job="${job}"}[1m])) > 0.02`,
  },
  up: { query: (job: string) => `up{job="${job}"}`, rangeSeconds: 300 },
  /** What Prometheus scrapes, by job: whether it is blind as a whole. */
  jobs_up: { query: () => 'sum by (job) (up) / count by (job) (up)' },
  replicas_wanted: { query: () => 'process_manager_desired_replicas', rangeSeconds: 1_800 },
  retries: { query: () => 'sum(rate(load_balancer_retries_total[30s])) / sum(rate(load_balancer_requests_total[30s]))' },
  balancer_traffic: { query: () => 'sum(rate(load_balancer_requests_total[30s]))', rangeSeconds: 600 },
  lag_median: { query: (job: string) => `nodejs_eventloop_lag_p50_seconds{job="${job}"}`, rangeSeconds: EACH_SCRAPE },
  open_files: { query: (job: string) => `process_open_fds{job="${job}"} / process_max_fds{job="${job}"}` },
  restarts: { query: () => 'process_manager_instance_restarts_total', rangeSeconds: 600 },
  balancer_statuses: { query: () => 'sum by (status) (rate(load_balancer_requests_total[30s]))' },
} satisfies Record<string, { query: (job: string) => string; rangeSeconds?: number }>

/** Whether these alerts fire at this moment, by Prometheus' own word. */
export function askAlertState(alertnames: string[]): Question {
  const names = [...new Set(alertnames)].filter((name) => /^[\w:.-]+$/.test(name)).slice(0, 5)
  return { tool: 'query_prometheus', args: { query: `ALERTS{alertstate="firing",alertname=~"${names.join('|')}"}` } }
}

/** All alerts that fire at this moment. */
export const ALL_FIRING: Question = { tool: 'query_prometheus', args: { query: 'ALERTS{alertstate="firing"}' } }

export type MetricName = keyof typeof METRIC_QUERIES

/** One function call that would tell something. */
export interface Question {
  tool: string
  args: Record<string, unknown>
}

/** The question behind a metric's name. */
export function askMetric(name: MetricName, job: string): Question {
  const metric: { query: (job: string) => string; rangeSeconds?: number } = METRIC_QUERIES[name]
  const { rangeSeconds } = metric
  return {
    tool: 'query_prometheus',
    args: { query: metric.query(job), ...(rangeSeconds !== undefined && { range_seconds: rangeSeconds }) },
  }
}
