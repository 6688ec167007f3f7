import { QueryPrometheusArgs, type QueryPrometheusResult } from '../api.ts'
import type { PrometheusClient } from '../clients/prometheus.ts'
import { defineTool } from '../investigation/tool.ts'

const MOST_SERIES = 30
const MOST_POINTS = 20

/** `query_prometheus`: any PromQL, as present value or as course. */
export function queryPrometheus(prometheus: PrometheusClient) {
  return defineTool({
    name: 'query_prometheus',
    description:
      'Runs PromQL. Jobs: inventory, load-balancer, process-manager, agent. Metrics of inventory: http_requests_total, http_errors_total, http_request_duration_seconds (histogram), process_cpu_seconds_total, process_resident_memory_bytes, nodejs_eventloop_lag_p99_seconds, process_start_time_seconds, inventory_items; of the process manager: process_manager_instance_restarts_total; of the load balancer: load_balancer_requests_total, load_balancer_upstream_failures_total. Scraped every 5 s.',
    parameters: QueryPrometheusArgs,
    async run({ query, range_seconds }, { signal }): Promise<QueryPrometheusResult> {
      const series = await (range_seconds === undefined
        ? prometheus.query(query, signal)
        : prometheus.queryRange(query, range_seconds, MOST_POINTS - 1, signal))
      return {
        query,
        series: series.slice(0, MOST_SERIES).map(({ labels, points }) => ({
          labels,
          points: points.slice(-MOST_POINTS).map(([seconds, value]) => [new Date(seconds * 1000).toISOString(), value]),
        })),
        left_out: Math.max(0, series.length - MOST_SERIES),
      }
    },
  })
}
