import { expect, test } from 'vitest'
import { askMetric } from './metric-queries.ts'
import { askFreshLogs, askOver, FRESH_LOGS, overScrapes } from './scrape-windows.ts'

const windowsOf = (every: number | undefined) => {
  const { query, range_seconds } = askOver('p95', 'shop', every).args
  return [/\[(\w+)\]/.exec(String(query))?.[1], range_seconds]
}

test.each([
  [undefined, '30s', 300],
  [5, '30s', 300],
  [1, '6s', 60],
  [2, '12s', 120],
  [15, '60s', 300],
])('with scrapes every %s s the rates look back %s and courses %s s', (every, window, range) => {
  expect(windowsOf(every)).toEqual([window, range])
})

/** `query_prometheus` answers with twenty points. */
const STEPS = 19

test.each([5, 1])('with scrapes every %s s a course whose single samples count misses none of them', (every) => {
  for (const name of ['pool_in_use', 'pool_waiting', 'lag', 'lag_median', 'memory_closely'] as const)
    expect(Number(askOver(name, 'shop', every).args.range_seconds) / STEPS, name).toBeLessThanOrEqual(every)
})

test("a rule's own expression and other functions stay as they are, and the newest log reaches as far back as the newest counts", () => {
  const own = { tool: 'query_prometheus', args: { query: 'sum(rate(x_total[30s])) > 3' } }
  const code = { tool: 'fetch_code_from_github', args: {} }
  const asked = overScrapes([own, code, FRESH_LOGS, askMetric('up', 'shop')], 'shop', 1)
  expect(asked).toEqual([own, code, { tool: 'fetch_logs', args: { seconds: 3, limit: 10 } }, askOver('up', 'shop', 1)])
  expect(asked[3]?.args.range_seconds).toBe(60)
  expect(askFreshLogs(30).args.seconds).toBe(15)
})
