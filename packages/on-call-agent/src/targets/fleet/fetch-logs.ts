import { Value } from 'typebox/value'
import { defineTool } from '../../functions/tool.ts'
import { FetchLogsArgs, FetchLogsResult, summariseLogs } from '../../functions.ts'
import { fitLogs } from '../fit-logs.ts'
import type { LoadBalancerClient } from './load-balancer.ts'
import { requireShop } from './shop-only.ts'

/** `fetch_logs`: the newest entries of the error log, cut to what a model can read. */
export function fetchLogs(loadBalancer: LoadBalancerClient) {
  return defineTool({
    name: 'fetch_logs',
    description:
      'The newest entries of the error log of all instances of the shop, oldest first. The log holds errors only. A stack that repeats is given once.',
    parameters: FetchLogsArgs,
    result: FetchLogsResult,
    async run({ seconds, limit }, { incident, signal }): Promise<FetchLogsResult> {
      requireShop(incident)
      const { entries, count } = await loadBalancer.tailLogs(seconds, limit, signal)
      const result: FetchLogsResult = { window_seconds: seconds, count, entries: fitLogs(entries) }
      return Value.Clean(FetchLogsResult, result) as FetchLogsResult
    },
    summarise: summariseLogs,
  })
}
