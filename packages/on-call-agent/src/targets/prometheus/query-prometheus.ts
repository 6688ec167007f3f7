import { defineTool } from '../../functions/tool.ts'
import { QueryPrometheusArgs, QueryPrometheusResult, summariseQuery } from '../../functions.ts'
import type { PrometheusClient } from './client.ts'

const MOST_SERIES = 30
const MOST_POINTS = 20

/** `query_prometheus`: any PromQL, as present value or as course. */
export function queryPrometheus(prometheus: Pick<PrometheusClient, 'query' | 'queryRange'>, label: string) {
  return defineTool({
    name: 'query_prometheus',
    description: `Runs PromQL, for the present value or the course of a time. The label ${label} names the service; count by (__name__) ({${label}="…"}) says which metrics it has.`,
    parameters: QueryPrometheusArgs,
    result: QueryPrometheusResult,
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
    summarise: summariseQuery,
  })
}
