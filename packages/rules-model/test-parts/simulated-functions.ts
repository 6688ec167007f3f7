import type { FetchCodeResult, FetchLogsResult } from '@oncall-lab/on-call-agent/functions'
import { METRIC_QUERIES, type MetricName } from '../src/facts/metric-queries.ts'
import { NOW } from './scene.ts'
import { HEALTHY, present } from './simulated-metrics.ts'
import type { World } from './simulated-world.ts'

/** Answers one call as the agent's functions would, as JSON text; `used` counts the calls of each function. */
export function call(world: World, used: Map<string, number>, name: string, args: Record<string, unknown>): string {
  const count = (used.get(name) ?? 0) + 1
  used.set(name, count)
  const broken = world.broken[name]
  if (broken && count <= broken.times) return JSON.stringify({ error: { code: broken.code, message: broken.message } })
  if (name === 'fetch_logs' && world.rawLog) return JSON.stringify({ lines: Number(args.seconds) > 30 ? world.rawLog : [] })
  if (name === 'fetch_logs') return JSON.stringify(fetchLogs(world, args))
  if (name === 'compute_error_rate') return JSON.stringify(world.rate)
  if (name === 'list_instances') return JSON.stringify(world.instances)
  if (world.database?.[name]) return JSON.stringify(world.database[name])
  if (name === 'list_incidents') return JSON.stringify({ incidents: world.incidents ?? [], complete: true })
  if (name === 'query_prometheus') return JSON.stringify(query(world, args))
  if (name === 'fetch_code_from_github') return JSON.stringify(fetchCode(world, args))
  if (name === 'create_jira_ticket') return JSON.stringify(world.ticket(args))
  return JSON.stringify({ error: { code: 'unknown_function', message: `There is no function ${name}` } })
}

/** Like the agent's own: the newest entries, a repeated stack only once, with its newest entry. */
function fetchLogs({ log }: World, { seconds, limit }: Record<string, unknown>): FetchLogsResult {
  const within = log.filter(({ ts }) => NOW - Date.parse(ts) <= Number(seconds) * 1000).sort((a, b) => a.ts.localeCompare(b.ts))
  const seen = new Set<string>()
  const entries = within
    .slice(-Number(limit))
    .toReversed()
    .map(({ stack, ...entry }) => {
      const first = stack !== undefined && !seen.has(stack)
      if (first) seen.add(stack)
      return first ? { ...entry, stack } : entry
    })
  return { window_seconds: Number(seconds), count: within.length, entries: entries.toReversed() }
}

function query({ metrics, service, alerts, firing, otherQueries }: World, args: Record<string, unknown>): object {
  if (String(args.query).startsWith('ALERTS{')) {
    const series = firing ? alerts.map(({ alertname }) => present({ alertname, alertstate: 'firing' }, 1)) : []
    return { query: args.query, series, left_out: 0 }
  }
  const names = Object.keys(METRIC_QUERIES) as MetricName[]
  const name = names.find((one) => {
    const metric: { query: (job: string) => string; rangeSeconds?: number } = METRIC_QUERIES[one]
    return metric.query(service) === args.query && metric.rangeSeconds === args.range_seconds
  })
  return {
    query: args.query,
    series: name === undefined ? (otherQueries?.(String(args.query)) ?? []) : (metrics[name] ?? HEALTHY[name]()),
    left_out: 0,
  }
}

function fetchCode({ files }: World, args: Record<string, unknown>): FetchCodeResult | object {
  const path = String(args.file_path)
  const lines = files[path]?.split('\n')
  if (!lines) return { error: { code: 'not_found', message: `There is no file ${path}` } }
  const start = Number(args.start_line)
  const end = Math.min(Number(args.end_line), lines.length)
  const code = lines.slice(start - 1, end).map((line, index) => `${start + index}: ${line}`)
  return {
    repository: 'oncall-lab/oncall-lab',
    ref: 'main',
    file_path: path,
    start_line: start,
    end_line: end,
    total_lines: lines.length,
    code: code.join('\n'),
  }
}
