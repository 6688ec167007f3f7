import { expect, test } from 'vitest'
import { divisionIn } from './division.ts'

const [errors, all] = ['sum(rate(http_errors_total{job="a/b"}[1m]))', 'sum(rate(http_requests_total[1m]))']

test.each([
  `${errors} / ${all} > 0.2`,
  `100 * ${errors} / ${all} > 50 and sum(rate(x[1m])) > 1`,
  `(${errors} / ${all}) > 0.2`,
  `100 * (${errors} / ${all}) > 20`,
  `100 * (${errors} / ${all} - 1) > 5`,
  `${errors} / on (job) group_left ${all} > 0.2`,
])('the sides of %s', (expression) => {
  expect(divisionIn(expression)).toEqual({ dividend: errors, divisor: all })
})

test.each(['up == 0', 'absent(up{job="x"})', 'sum(a / b) > 2', 'a / b / c > 1', ''])('%s has none that could be told', (expression) => {
  expect(divisionIn(expression)).toBeUndefined()
})
