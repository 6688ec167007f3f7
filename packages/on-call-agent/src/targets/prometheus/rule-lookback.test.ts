import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { alertLags } from './alert-lags.ts'
import type { Rule } from './client.ts'
import { lookbackOf } from './rule-lookback.ts'

test.each<[expression: string, seconds: number]>([
  ['up == 0', 0],
  ['rate(x[1m]) > 1', 60],
  ['rate(x[1m30s]) > 1', 90],
  ['rate(x[300]) > 1', 300],
  ['rate(x[1m + 30s]) > 1', 90],
  ['100 * sum by (a) (rate(x{b="[9h]"}[1m])) > 10 and sum(rate(x[15s])) > 0', 60],
  ['sum(rate(x[15s])) > 0 unless sum(rate(x[2m])) > 5', 120],
  ['x - x offset 20s > 6', 20],
  ['rate(x[5m] offset 1h) > 1', 3_900],
  ['sum(rate(x[1m])) / y offset 5m > 1', 300],
  ['rate(x[5m] offset -1m) > 1', 240],
  ['x offset -1m > 1', 0],
  ['max_over_time(rate(x[1m])[10m:30s]) > 1', 660],
  ['max_over_time((x / y)[10m:] offset 2m) > 1', 720],
  ['min_over_time(job:x:rate1m[10m]) > 1', 665],
  ['100 * job:x:rate1m{job="a"} > 1', 65],
  ['{__name__="job:x:rate1m"} > 1', 65],
  ['ALERTS{alertname="A"} == 1', 40],
  ['time() - process_start_time_seconds < 300', 300],
  ['300 > time() - process_start_time_seconds', 300],
  ['time() - process_start_time_seconds > 120', 0],
  ['rate(x[1m] @ end()) > 1', 60],
  ['# a comment [9h]\nrate(x[1m]) > 1', 60],
  ['absent_over_time(up{job="a"}[2m])', 120],
])('%s looks back %i s', (expression, seconds) => {
  expect(lookbackOf(expression, (metric, alertname) => (metric === 'job:x:rate1m' ? 65 : alertname === 'A' ? 40 : 0))).toBe(seconds)
})

test.each(['rate(x[1m', 'rate((', 'x[5m + step()]'])('%s cannot be read', (expression) => {
  expect(() => lookbackOf(expression)).toThrow()
})

const rule = (name: string, query: string, more: Partial<Rule> = {}): Rule => ({
  name,
  query,
  type: 'alerting',
  health: 'ok',
  everySeconds: 5,
  ...more,
})
const alert = (alertname: string, labels: Record<string, string> = {}) =>
  ({ alertname, labels, starts_at: '', ends_at: null }) as unknown as Parameters<typeof alertLags>[1][number]
const lagsOf = (rules: Rule[], ...alerts: ReturnType<typeof alert>[]) => alertLags(rules, alerts, 5)

test('an alert lags by what its rule looks back, keep_firing_for, an evaluation and a scrape', () => {
  expect(lagsOf([rule('A', 'rate(x[1m]) > 1')], alert('A'))).toEqual([{ alertname: 'A', looksBackSeconds: 60, seconds: 70 }])
  expect(lagsOf([rule('A', 'rate(x[1m]) > 1', { keepFiringFor: 30 })], alert('A'))).toMatchObject([{ looksBackSeconds: 60, seconds: 100 }])
  const fast = rule('A', 'rate(x[12s]) > 5', { everySeconds: 1 })
  expect(alertLags([fast], [alert('A')], 1)).toMatchObject([{ looksBackSeconds: 12, seconds: 14 }])
  expect(lagsOf([rule('B', 'x > 1')], alert('A'))).toEqual([])
  expect(lagsOf([rule('A', 'rate(x[1m')], alert('A'))).toEqual([{ alertname: 'A', looksBackSeconds: null, seconds: null }])
})

test('a recording rule that a rule reads looks back too, and one that reads itself comes to an end', () => {
  const recorded = (name: string, query: string) => rule(name, query, { type: 'recording' })
  const rules = [rule('A', 'b > 1'), recorded('b', 'max_over_time(c[10m])'), recorded('c', 'rate(x[1m]) + c')]
  expect(lagsOf(rules, alert('A'))).toEqual([{ alertname: 'A', looksBackSeconds: 670, seconds: 680 }])
})

test('rules of one name are told apart by their labels, and the longest counts where they are not', () => {
  const rules = [
    rule('A', 'rate(x[1m]) > 1', { labels: { burn: 'fast', who: '{{ $labels.x }}' } }),
    rule('A', 'rate(x[5m]) > 1', { labels: { burn: 'slow' } }),
  ]
  expect(lagsOf(rules, alert('A', { burn: 'fast' }))).toMatchObject([{ looksBackSeconds: 60 }])
  expect(lagsOf(rules, alert('A', { burn: 'slow' }))).toMatchObject([{ looksBackSeconds: 300 }])
  expect(lagsOf(rules, alert('A'))).toMatchObject([{ looksBackSeconds: 300 }])
})

test('each rule of this repository can be read, and the slow link is one that looks back a minute, and an evaluation of what is recorded', () => {
  const file = new URL('../../../../../alerts.yaml', import.meta.url)
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: { alert?: string; record?: string; expr: string }[] }[] }
  const rules = groups.flatMap((group) =>
    group.rules.map(({ alert, record, expr }) => rule(alert ?? record ?? '', expr, { type: alert ? 'alerting' : 'recording' })),
  )
  const names = rules.flatMap(({ type, name }) => (type === 'alerting' ? [name] : []))
  const lags = lagsOf(rules, ...names.map((name) => alert(name)))
  expect(names.length).toBeGreaterThan(30)
  expect(lags.filter(({ seconds }) => seconds === null)).toEqual([])
  expect(lags.find(({ alertname }) => alertname === 'InventoryInstanceSlow')).toMatchObject({ looksBackSeconds: 65, seconds: 75 })
})
