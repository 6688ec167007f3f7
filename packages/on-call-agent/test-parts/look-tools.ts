import type { LogEntry } from '@oncall-lab/inventory/api'
import type { Incident } from '../src/api.ts'
import { defineTool, type Tool } from '../src/functions/tool.ts'
import {
  ErrorRateArgs,
  ErrorRateResult,
  FetchLogsArgs,
  FetchLogsResult,
  ListInstancesArgs,
  ListInstancesResult,
  summariseErrorRate,
  summariseInstances,
  summariseLogs,
} from '../src/functions.ts'
import type { Target } from '../src/targets/target.ts'

/** An incident of a service, with one alert. */
export function incidentOf(service: string, labels: Record<string, string> = {}): Incident {
  const at = '2026-11-21T10:00:00.000Z'
  const alert = { alertname: 'X', severity: 'critical', summary: 'x', fingerprint: 'f', starts_at: at, received_at: at, ends_at: null }
  return {
    id: 'i',
    ref: 'I1',
    status: 'investigating',
    severity: 'critical',
    service,
    alerts: [{ ...alert, labels: { service, ...labels } }],
    opened_at: at,
    diagnosed_at: null,
    resolved_at: null,
    diagnosis: null,
    ticket: null,
  }
}

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
    defineTool({
      name: 'fetch_logs',
      description: 'logs',
      parameters: FetchLogsArgs,
      result: FetchLogsResult,
      run: async () => LOGS,
      summarise: summariseLogs,
    }),
    defineTool({
      name: 'compute_error_rate',
      description: 'rates',
      parameters: ErrorRateArgs,
      result: ErrorRateResult,
      run: async () => RATES,
      summarise: summariseErrorRate,
    }),
    defineTool({
      name: 'list_instances',
      description: 'instances',
      parameters: ListInstancesArgs,
      result: ListInstancesResult,
      run: async () => INSTANCES,
      summarise: summariseInstances,
    }),
  ]
}

/** A target that sees every service, with these functions. */
export function lookTarget(functions: Tool[] = lookTools()): Target {
  return {
    id: 'test',
    sees: 'whatever a test needs',
    covers: async () => true,
    firstLook: [
      { name: 'compute_error_rate', args: {} },
      { name: 'fetch_logs', args: { seconds: 120, limit: 50 } },
    ],
    withoutModel: [{ name: 'list_instances', args: {} }],
    functions,
  }
}

/** The same list with one function exchanged. */
export function withTool(tools: Tool[], name: string, run: Tool['run']): Tool[] {
  return tools.map((tool) => (tool.name === name ? { ...tool, run } : tool))
}
