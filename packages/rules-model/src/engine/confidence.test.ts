import { expect, test } from 'vitest'
import { confidenceOf } from './confidence.ts'

const sure = { probability: 0.9, unexplained: 0, failed: 0 }

test('confidence grows with probability, never to certainty', () => {
  expect(confidenceOf(sure)).toBeGreaterThan(confidenceOf({ ...sure, probability: 0.6 }))
  expect(confidenceOf({ ...sure, probability: 1 })).toBeLessThanOrEqual(0.95)
})

test('what is left unexplained and what could not be seen lower it', () => {
  expect(confidenceOf({ ...sure, unexplained: 2 })).toBeLessThan(confidenceOf(sure))
  expect(confidenceOf({ ...sure, failed: 2 })).toBeLessThan(confidenceOf(sure))
})
