import type { LogEntry } from '@oncall-lab/inventory/api'
import { defineTool, type Tool } from '../src/functions/tool.ts'
import {
  ErrorRateArgs,
  type ErrorRateResult,
  FetchLogsArgs,
  type FetchLogsResult,
  ListInstancesArgs,
  type ListInstancesResult,
} from '../src/functions.ts'

/** A log entry as an instance writes it. */
export function logEntry(over: Partial<LogEntry> = {}): LogEntry {
  return {
    ts: '2026-11-21T10:00:00.000Z',
    level: 'error',
    instance: '127.0.0.1:8001',
    pid: 4_711,
    message: "Cannot read properties of undefined (reading 'discount')",
    ...over,
  }
}

const LOGS: FetchLogsResult = {
  window_seconds: 60,
  count: 3,
  entries: [
    logEntry({ stack: 'TypeError: x\n    at priceOf (packages/inventory/src/campaigns.ts:42:17)' }),
    logEntry(),
    logEntry({ message: 'something else' }),
  ],
}

const quiet = { requests_per_second: 0, errors_per_second: 0, error_rate: null }
const RATES: ErrorRateResult = {
  last_minute: { window_seconds: 60, requests_per_second: 10, errors_per_second: 8, error_rate: 0.8 },
  last_15_seconds: { window_seconds: 15, ...quiet },
  by_route: [],
  by_instance: [],
}

const INSTANCES: ListInstancesResult = { instances: [], load_balancer: { backends: [] } }

/** The functions that every page needs, with fixed results. */
export function lookTools(): Tool[] {
  return [
    defineTool({ name: 'fetch_logs', description: 'logs', parameters: FetchLogsArgs, run: async () => LOGS }),
    defineTool({ name: 'compute_error_rate', description: 'rates', parameters: ErrorRateArgs, run: async () => RATES }),
    defineTool({ name: 'list_instances', description: 'instances', parameters: ListInstancesArgs, run: async () => INSTANCES }),
  ]
}

/** The same list with one function exchanged. */
export function withTool(tools: Tool[], name: string, run: Tool['run']): Tool[] {
  return tools.map((tool) => (tool.name === name ? { ...tool, run } : tool))
}
