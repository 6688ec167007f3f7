import { describe, expect, test } from 'vitest'
import { investigate } from '../test-parts/investigate.ts'
import { KNOWN_INCIDENTS } from '../test-parts/known-incidents.ts'
import type { World } from '../test-parts/simulated-world.ts'

/** One thing after the other that cannot be asked: the functions that fail, with the message that they give. */
const SPOTS: Record<string, { functions: string[]; code: string; message: string }> = {
  'Prometheus is down': {
    functions: ['query_prometheus', 'compute_error_rate', 'get_alert_expression', 'get_monitoring_health'],
    code: 'upstream_unreachable',
    message: 'Prometheus cannot be reached',
  },
  'the log is dead': { functions: ['fetch_logs'], code: 'upstream_unreachable', message: 'no log answers' },
  'GitHub answers 403': {
    functions: ['fetch_code_from_github', 'get_code_diff', 'list_commits'],
    code: 'forbidden',
    message: 'GitHub answered 403',
  },
  'the scrapes are stale': {
    functions: ['compute_error_rate'],
    code: 'no_data',
    message: 'Prometheus has no request counts for the last minute: it saw no instance',
  },
  'the process manager is dead': {
    functions: ['list_instances', 'list_changes', 'get_balancer_state', 'get_runtime_metrics'],
    code: 'upstream_unreachable',
    message: 'The process manager cannot be reached',
  },
  'the database is silent': {
    functions: ['check_connection', 'get_connection_stats', 'get_lock_info', 'get_table_stats'],
    code: 'timeout',
    message: 'the database gives no answer within 3 s',
  },
}

const COVER = { ok: true, window_seconds: null, complete: true, truncated: 0, errors: [], database: 'shop' }
/** Databases are offered, so that they can be silent. */
const offered = {
  check_connection: { ...COVER, reachable: true, milliseconds: 2 },
  get_connection_stats: COVER,
  get_lock_info: { ...COVER, waiting: 0, roots: [], waits: [] },
  get_table_stats: COVER,
}

const TRIED = ['null_dereference', 'pool_leak', 'lock', 'slow_query', 'given_up', 'computing', 'all_well']

describe.each(Object.entries(SPOTS))('%s', (_, { functions, code, message }) => {
  test.each(TRIED)('%s: no confident error, no zero for what was not seen, and it is said', (name) => {
    const whole = KNOWN_INCIDENTS[name]?.() as World // A key of the list.
    const right = investigate(KNOWN_INCIDENTS[name]?.() as World).diagnosis.cause
    const broken = Object.fromEntries(functions.map((each) => [each, { code, message, times: Number.POSITIVE_INFINITY }]))
    const { diagnosis, incident } = investigate({ ...whole, broken, ...(functions.includes('check_connection') && { database: offered }) })
    const asked = functions.filter((each) => incident.calls(each).length > 0)
    if (diagnosis.cause !== right) expect(diagnosis.confidence).toBeLessThan(0.7)
    if (functions.includes('compute_error_rate') && incident.calls('compute_error_rate').length > 0 && diagnosis.cause !== 'recovered')
      expect(diagnosis.root_cause).not.toMatch(/(?<![\d.])0 % of|no request failed/)
    // What was asked, and would have counted for or against the cause, is named.
    if (diagnosis.status === 'inconclusive' && asked.length > 0) expect(diagnosis.root_cause).toMatch(/[Cc]ould not be (?:seen|read)/)
  })
})

test('with Prometheus down the instances are asked themselves, and a full pool is still seen', () => {
  const world = KNOWN_INCIDENTS.pool_leak?.() as World // A key of the list.
  const row = (instance: string) => ({
    ...{ instance, requests_per_second: 6, errors_per_second: 6, cpu_cores: 0.02, cpu_ms_per_request: 3, event_loop_lag_p99_ms: 11 },
    ...{ resident_mib: 96, heap_used_mib: 30, pool_in_use: 10, pool_max: 10, pool_waiting: 5, phase_ms: { db: 2_000, self: 1, queue: 1 } },
  })
  const get_runtime_metrics = { ...COVER, window_seconds: 2, instances: ['127.0.0.1:8001', '127.0.0.1:8002', '127.0.0.1:8003'].map(row) }
  const dead = { code: 'upstream_unreachable', message: 'Prometheus cannot be reached', times: Number.POSITIVE_INFINITY }
  const { diagnosis } = investigate({
    ...world,
    database: { get_runtime_metrics },
    broken: { query_prometheus: dead, compute_error_rate: dead },
  })
  expect(diagnosis.cause).toBe('pool_leak')
  expect(diagnosis.root_cause).toMatch(/all 10 connections/i)
})
