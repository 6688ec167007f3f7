import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { splitTests } from './split-tests.ts'

const RULES = `
groups:
  - name: a
    rules:
      - { record: "job:x:rate", expr: "rate(x[1m])" }
      - { record: "job:x:worst", expr: "max_over_time(job:x:rate[5m])" }
      - { alert: High, expr: "job:x:worst > 1", for: 1m }
  - name: b
    rules:
      - { alert: Other, expr: "y > 1" }
      - { alert: High, expr: "z > 1" }
`
const TESTS = `
rule_files: [rules.yaml]
evaluation_interval: 5s
tests:
  - { name: one, interval: 5s, alert_rule_test: [{ eval_time: 1m, alertname: Other }] }
  - { name: two, interval: 5s, alert_rule_test: [{ eval_time: 1m, alertname: High }] }
  - { name: three, interval: 5s, alert_rule_test: [{ eval_time: 2m, alertname: Other }] }
  - { name: four, interval: 5s, promql_expr_test: [{ expr: "ALERTS", eval_time: 1m }] }
`

test('each test keeps the rules of its alerts, with what they read, and a query of its own keeps all', () => {
  const parts = splitTests(TESTS, RULES, (part) => `rules-${part}.yaml`).map(({ rules, tests }) => {
    const { groups } = parse(rules) as { groups: { name: string; rules: { alert?: string; record?: string }[] }[] }
    const file = parse(tests) as { rule_files: string[]; evaluation_interval: string; tests: { name: string }[] }
    return [
      file.rule_files.join(),
      file.tests.map(({ name }) => name).join(),
      groups.flatMap((group) => group.rules.map(({ alert, record }) => `${group.name}/${alert ?? record}`)).join(),
    ]
  })
  expect(parts).toEqual([
    ['rules-0.yaml', 'one,three', 'b/Other'],
    ['rules-1.yaml', 'two', 'a/job:x:rate,a/job:x:worst,a/High,b/High'],
    ['rules-2.yaml', 'four', 'a/job:x:rate,a/job:x:worst,a/High,b/Other,b/High'],
  ])
})
