import { expect, it } from 'vitest'
import { describeToolResult } from './tool-result-line.ts'

const rates = (last15: number | null) => ({
  last_minute: { window_seconds: 60, requests_per_second: 10, errors_per_second: 6, error_rate: 0.6 },
  last_15_seconds: { window_seconds: 15, requests_per_second: 10, errors_per_second: 8, error_rate: last15 },
  by_route: [],
  by_instance: [],
})

it.each([
  ['fetch_logs', { window_seconds: 60, count: 12, entries: [{ message: 'boom' }] }, '12 errors in 60 s; the newest: boom'],
  ['fetch_logs', { window_seconds: 60, count: 0, entries: [] }, '0 errors in 60 s'],
  ['compute_error_rate', rates(0.8), '60 % of all requests fail (last minute), 80 % (last 15 s)'],
  ['compute_error_rate', rates(null), '60 % of all requests fail (last minute), no data on how many (last 15 s)'],
  ['query_prometheus', { query: 'up', series: [], left_out: 0 }, 'no data matched'],
  ['list_instances', { instances: [{ port: 8001, state: 'running', restarts: 2 }] }, '1 instances: 8001 running, 2 restarts'],
  ['a_function_of_tomorrow', { any: 'thing' }, '{"any":"thing"}'],
])('tells in a line what %s returned', (name, result, line) => {
  expect(describeToolResult(name, true, JSON.stringify(result))).toBe(line)
})

it('says of a function that failed why', () => {
  const result = JSON.stringify({ error: { code: 'upstream_unreachable', message: 'Prometheus cannot be reached' } })
  expect(describeToolResult('compute_error_rate', false, result)).toBe('failed: Prometheus cannot be reached')
})

it('shows what it does not understand as text, shortened', () => {
  const line = describeToolResult('fetch_logs', true, `not JSON ${'x'.repeat(500)}`)
  expect(line.startsWith('not JSON xxx')).toBe(true)
  expect(line.length).toBe(110)
})
