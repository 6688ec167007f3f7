import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { covering } from '../../coverage.ts'
import { defineTool } from '../../functions/tool.ts'
import { RuntimeMetricsArgs, RuntimeMetricsResult } from '../../look-functions.ts'
import { type Exposition, readExposition } from './exposition.ts'
import type { InstanceReader } from './instance-reader.ts'
import type { ProcessManagerClient } from './process-manager.ts'
import { requireShop } from './shop-only.ts'

const WINDOW_MS = 2_000
const MIB = 1_048_576

/** `get_runtime_metrics`: what each instance says of itself, read twice, without Prometheus. */
export function getRuntimeMetrics(processManager: ProcessManagerClient, reader: InstanceReader) {
  return defineTool({
    name: 'get_runtime_metrics',
    description:
      'From each instance itself, over two seconds, also when Prometheus is dead: requests, errors, CPU and CPU per request, event-loop lag, memory, the connection pool, and where the time of a request goes (phases).',
    parameters: RuntimeMetricsArgs,
    result: RuntimeMetricsResult,
    async run(_args, { incident, signal }): Promise<RuntimeMetricsResult> {
      requireShop(incident)
      const instances = (await processManager.instances(signal)).filter(({ state }) => state === 'running').map(({ instance }) => instance)
      const shown = instances.slice(0, 8)
      const read = () => Promise.all(shown.map((instance) => reader.metrics(instance, signal).then(readExposition, describeError)))
      const started = performance.now()
      const before = await read()
      await sleep(WINDOW_MS, undefined, { signal })
      const after = await read()
      const seconds = (performance.now() - started) / 1_000
      const errors: string[] = []
      const found = shown.flatMap((instance, i) => {
        const [a, b] = [before[i], after[i]]
        if (a instanceof Map && b instanceof Map) return describe(instance, a, b, seconds)
        errors.push(`${instance}: ${typeof b === 'string' ? b : typeof a === 'string' ? a : 'not read'}`)
        return []
      })
      return { ...covering(Math.round(seconds * 10) / 10, instances.length - shown.length, errors), instances: found }
    },
    summarise: ({ instances, errors }) =>
      `${instances.map(({ instance, cpu_cores, event_loop_lag_p99_ms }) => `${instance}: ${cpu_cores} cores, lag ${event_loop_lag_p99_ms ?? '?'} ms`).join('; ')}${errors.length > 0 ? `; not read: ${errors.join(', ')}` : ''}.`,
  })
}

function describe(instance: string, before: Exposition, after: Exposition, seconds: number): RuntimeMetricsResult['instances'][number] {
  const total = (from: Exposition, name: string) => (from.get(name) ?? []).reduce((sum, { value }) => sum + value, 0)
  const rate = (name: string) => Math.max(0, total(after, name) - total(before, name)) / seconds
  const now = (name: string, unit = 1) => (after.has(name) ? round(total(after, name) / unit) : null)
  const [requests, cpu] = [rate('http_requests_total'), rate('process_cpu_seconds_total')]
  return {
    instance,
    requests_per_second: round(requests),
    errors_per_second: round(rate('http_errors_total')),
    cpu_cores: round(cpu),
    cpu_ms_per_request: requests > 0 ? round((cpu * 1_000) / requests) : null,
    event_loop_lag_p99_ms: now('nodejs_eventloop_lag_p99_seconds', 1 / 1_000),
    resident_mib: now('process_resident_memory_bytes', MIB),
    heap_used_mib: now('nodejs_heap_size_used_bytes', MIB),
    pool_in_use: now('db_pool_connections_in_use'),
    pool_max: now('db_pool_connections_max'),
    pool_waiting: now('db_pool_waiting_requests'),
    phase_ms: phases(before, after),
  }
}

/** Mean milliseconds of a request in each phase, over the window. */
function phases(before: Exposition, after: Exposition): Record<string, number> {
  const of = (from: Exposition, name: string, phase: string) => from.get(name)?.find(({ labels }) => labels.phase === phase)?.value ?? 0
  const names = new Set((after.get('request_phase_seconds_sum') ?? []).flatMap(({ labels }) => labels.phase ?? []))
  return Object.fromEntries(
    [...names].flatMap((phase) => {
      const count = of(after, 'request_phase_seconds_count', phase) - of(before, 'request_phase_seconds_count', phase)
      const sum = of(after, 'request_phase_seconds_sum', phase) - of(before, 'request_phase_seconds_sum', phase)
      return count > 0 ? [[phase, round((sum * 1_000) / count)]] : []
    }),
  )
}

const round = (value: number) => Math.round(value * 100) / 100
