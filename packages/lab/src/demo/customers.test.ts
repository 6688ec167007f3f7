import { expect, it } from 'vitest'
import { describeErrors } from './customers.ts'

it.each([
  [[], 'no customers yet'],
  [[0, 0, 50, 100], 'errors ▁▁▅█ 100 %'],
  [[...Array(40).fill(0), 79.4], `errors ${'▁'.repeat(29)}▇ 79 %`],
])('draws the errors of %j', (percents, text) => {
  expect(describeErrors(percents)).toBe(text)
})
