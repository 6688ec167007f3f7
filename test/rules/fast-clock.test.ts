import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shortenPace } from '@oncall-lab/lab/clock/shorten-monitoring'
import { shortenRules } from '@oncall-lab/lab/clock/shorten-rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { expandTests, readAlerts } from './expand.ts'
import { checkConfig, findPromtool, testRules } from './promtool.ts'
import { shortenTests } from './shorten-tests.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const usual = readFileSync(here('../../alerts.yaml'), 'utf8')
const fast = shortenRules(usual)
const files = readdirSync(here('.')).filter((name) => name.endsWith('.test.yaml'))
const rulesIn = (text: string) =>
  (parse(text) as { groups: { rules: { alert?: string; record?: string; expr: string; for?: string }[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  )

describe('the rules on the fast clock', { timeout: 180_000 }, () => {
  let promtool: string
  let directory: string

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'oncall-lab-fast-rules-'))
    promtool = await findPromtool()
    writeFileSync(join(directory, 'alerts.yaml'), fast)
  }, 180_000)
  afterAll(() => rmSync(directory, { recursive: true }))

  it.each(files)('fire when they should and only then, in a fifth of the time: %s', async (file) => {
    const shortened = join(directory, file)
    const expanded = expandTests(readFileSync(here(file), 'utf8'), readAlerts(fast), join(directory, 'alerts.yaml'))
    writeFileSync(shortened, shortenTests(expanded, rulesIn(usual)))
    expect(await testRules(promtool, shortened)).toContain('SUCCESS')
  })

  it('are refused by the tests when they keep their usual times', async () => {
    writeFileSync(join(directory, 'alerts.yaml'), usual)
    const shortened = join(directory, 'usual.yaml')
    const expanded = expandTests(readFileSync(here('alerts.test.yaml'), 'utf8'), readAlerts(usual), join(directory, 'alerts.yaml'))
    writeFileSync(shortened, shortenTests(expanded, rulesIn(usual), 1))
    await expect(testRules(promtool, shortened)).rejects.toThrow('FAILED')
    writeFileSync(join(directory, 'alerts.yaml'), fast)
  })

  it('are loaded by a configuration that scrapes and evaluates each second', async () => {
    const config = shortenPace(readFileSync(here('../../prometheus.yaml'), 'utf8'))
    writeFileSync(join(directory, 'prometheus.yaml'), config)
    await checkConfig(promtool, join(directory, 'prometheus.yaml'))
    expect(parse(config)).toMatchObject({ global: { scrape_interval: '1s', scrape_timeout: '800ms', evaluation_interval: '1s' } })
  })
})

describe('shortenRules', () => {
  const found = (name: string) => rulesIn(fast).find(({ alert, record }) => alert === name || record === name)

  it('keeps each rule, in its order', () => {
    const names = (text: string) => rulesIn(text).map(({ alert, record }) => alert ?? record)
    expect(names(fast)).toEqual(names(usual))
  })

  it.each([
    [
      'InventoryHighErrorRate',
      'sum(rate(http_errors_total{job="inventory"}[12s])) / sum(rate(http_requests_total{job="inventory"}[12s])) > 0.2',
      '12s',
    ],
    ['LoadBalancerDown', 'up{job="load-balancer"} == 0 and max_over_time(up{job="load-balancer"}[720s]) == 1', '10s'],
    ['InventoryHighCpu', '100 * sum(rate(process_cpu_seconds_total{job="inventory"}[6s])) > 70', '3s'],
    ['MonitoringRulesFailing', 'sum by (job) (increase(prometheus_rule_evaluation_failures_total[24s])) > 0', '2s'],
  ])('gives %s a fifth of its windows', (name, expr, wait) => {
    expect(found(name)).toMatchObject({ expr, for: wait })
  })

  it.each([
    ['a rate', 'InventoryErrorBurst', '(rate(http_requests_total{job="inventory"}[3s])) > 5'],
    ['a recorded rate', 'ShopTrafficLost', 'min_over_time(job:load_balancer_requests:rate1m[120s] offset 24s) > 5'],
    ['a slope', 'InventoryMemoryGrowing', 'deriv(process_resident_memory_bytes{job="inventory"}[12s]) / 1e6 > 1.5'],
    ['an age', 'InventoryMemoryGrowing', 'time() - process_start_time_seconds{job="inventory"} > 24'],
    ['a number of events', 'ShopConnectionsCut', 'reason=~"connection_lost|cut_short|bad_answer"}[24s])) > 6'],
    ['a number of scrapes', 'ShopTrafficLost', 'count_over_time(job:load_balancer_requests:rate1m[120s] offset 24s) > 100'],
    ['a size', 'InventoryHighMemory', '/ 1e6 > 300'],
    ['a latency', 'InventoryHighLatency', '> 0.5'],
    ['a mean of latencies', 'InventoryRouteSlow', '> 150'],
  ])('scales the limit of %s by what it measures', (_, name, part) => {
    expect(found(name)?.expr).toContain(part)
  })
})
