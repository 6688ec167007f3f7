import type { LogEntry } from '@oncall-lab/inventory/api'
import { Value } from 'typebox/value'
import { defineTool } from '../../functions/tool.ts'
import { FetchLogsArgs, FetchLogsResult, summariseLogs } from '../../functions.ts'
import type { LoadBalancerClient } from './load-balancer.ts'
import { requireShop } from './shop-only.ts'

const RESULT_CHARS = 20_000
const STACK_LINES = 12
const TEXT_CHARS = 2_000

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
      const result: FetchLogsResult = { window_seconds: seconds, count, entries: fit(entries.map(shorten)) }
      return Value.Clean(FetchLogsResult, result) as FetchLogsResult
    },
    summarise: summariseLogs,
  })
}

/** One huge entry must not hide all others. */
function shorten({ stack, ...entry }: LogEntry): LogEntry {
  const message = cut(entry.message)
  return stack === undefined ? { ...entry, message } : { ...entry, message, stack: cut(stack.split('\n').slice(0, STACK_LINES).join('\n')) }
}

const cut = (text: string) => (text.length <= TEXT_CHARS ? text : `${text.slice(0, TEXT_CHARS).toWellFormed()}…`)

/** Each stack stands only with its newest entry; then the oldest entries go until the rest fits. */
function fit(entries: LogEntry[]): LogEntry[] {
  const seen = new Set<string>()
  const kept: LogEntry[] = []
  let chars = 0
  for (const { stack, ...entry } of entries.toReversed()) {
    const first = stack !== undefined && !seen.has(stack)
    if (first) seen.add(stack)
    const slim: LogEntry = first ? { ...entry, stack } : entry
    chars += JSON.stringify(slim).length
    if (chars > RESULT_CHARS && kept.length > 0) break
    kept.push(slim)
  }
  return kept.toReversed()
}
