import { Value } from 'typebox/value'
import { defineTool } from '../../functions/tool.ts'
import { FetchLogsArgs, FetchLogsResult, summariseLogs } from '../../functions.ts'
import { fitLogs } from '../fit-logs.ts'
import { TEMPLATE_ENTRIES, templateSeconds, templatesOf } from '../log-templates.ts'
import type { LogTail } from './log-tail.ts'
import { requireShop } from './shop-only.ts'

/** `fetch_logs`: the newest entries of the error log, cut to what a model can read. */
export function fetchLogs(tailLogs: LogTail) {
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
        tailLogs(seconds, limit, signal),
        // What was there before is worth a look, and no reason to say nothing of what is there now.
        back === undefined ? undefined : tailLogs(back, TEMPLATE_ENTRIES, signal).catch(() => undefined),
      ])
      const templates = templatesOf(longer?.entries ?? [], incident)
      const result: FetchLogsResult = { window_seconds: seconds, count, entries: fitLogs(entries), ...templates }
      return Value.Clean(FetchLogsResult, result) as FetchLogsResult
    },
    summarise: summariseLogs,
  })
}
