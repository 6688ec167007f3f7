import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parser } from '@prometheus-io/lezer-promql'
import { expect, test } from 'vitest'
import { buildDashboard } from '../grafana/panels.ts'
import { DASHBOARDS } from '../grafana/plans.ts'

/** Where the parser had to skip or invent something. */
function errorsIn(expr: string): number {
  let errors = 0
  parser.parse(expr).iterate({
    enter: ({ type }) => {
      if (type.isError) errors++
    },
  })
  return errors
}

test.each(DASHBOARDS.map((plan) => [plan.id, plan] as const))('grafana/dashboards/%s.json is what its plan makes', (id, plan) => {
  const file = fileURLToPath(new URL(`../grafana/dashboards/${id}.json`, import.meta.url))
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(buildDashboard(plan))))
})

test.each(
  DASHBOARDS.flatMap(({ id, panels }) =>
    panels.flatMap(({ title, queries }) => Object.values(queries).map((expr) => [id, title, expr] as const)),
  ),
)('%s, %s: %s is PromQL', (_id, _title, expr) => {
  expect(errorsIn(expr)).toBe(0)
})

test('the parser finds an unclosed bracket and a bad matcher', () => {
  expect(errorsIn('sum(rate(x[1m])')).toBeGreaterThan(0)
  expect(errorsIn('x{a=~}')).toBeGreaterThan(0)
})
