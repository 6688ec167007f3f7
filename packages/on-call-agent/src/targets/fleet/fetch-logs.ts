import { Value } from 'typebox/value'
import { defineTool } from '../../functions/tool.ts'
import { FetchLogsArgs, FetchLogsResult, summariseLogs } from '../../functions.ts'
import { fitLogs } from '../fit-logs.ts'
import { TEMPLATE_ENTRIES, templateSeconds, templatesOf } from '../log-templates.ts'
import type { InstanceReader } from './instance-reader.ts'
import type { LoadBalancerClient } from './load-balancer.ts'
import type { ProcessManagerClient } from './process-manager.ts'
import { requireShop } from './shop-only.ts'

/** `fetch_logs`: the newest entries of the error log, cut to what a model can read. */
export function fetchLogs(
  loadBalancer: Pick<LoadBalancerClient, 'tailLogs'>,
  processManager?: Pick<ProcessManagerClient, 'instances'>,
  reader?: Pick<InstanceReader, 'tailLogs'>,
) {
  /** All instances write into one log, so any of them has all of it when the way over the balancer is cut. */
  const past = async (error: unknown, { seconds, limit, signal }: { seconds: number; limit: number; signal: AbortSignal }) => {
    if (!processManager || !reader || signal.aborted) throw error
    const instances = await processManager.instances(signal).catch(() => [])
    for (const { instance } of instances.filter(({ state }) => state === 'running').slice(0, 3)) {
      const tail = await reader.tailLogs(instance, seconds, limit, signal).catch(() => undefined)
      if (tail) return tail
    }
    throw error
  }
  return defineTool({
    name: 'fetch_logs',
    description:
      'The newest entries of the error log of all instances of the shop, oldest first, and the last ten minutes by template: how often before the trouble and since, one example. The log holds errors only. A stack that repeats is given once.',
    parameters: FetchLogsArgs,
    result: FetchLogsResult,
    async run({ seconds, limit }, { incident, signal }): Promise<FetchLogsResult> {
      requireShop(incident)
      const back = templateSeconds(seconds)
      const [{ entries, count }, longer] = await Promise.all([
        loadBalancer.tailLogs(seconds, limit, signal).catch((error: unknown) => past(error, { seconds, limit, signal })),
        // What was there before is worth a look, and no reason to say nothing of what is there now.
        back === undefined ? undefined : loadBalancer.tailLogs(back, TEMPLATE_ENTRIES, signal).catch(() => undefined),
      ])
      const templates = templatesOf(longer?.entries ?? [], incident)
      const result: FetchLogsResult = { window_seconds: seconds, count, entries: fitLogs(entries), ...templates }
      return Value.Clean(FetchLogsResult, result) as FetchLogsResult
    },
    summarise: summariseLogs,
  })
}
