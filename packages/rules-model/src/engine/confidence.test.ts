import { expect, test } from 'vitest'
import { confidenceOf } from './confidence.ts'

const sure = {
  probability: 0.98,
  unexplained: 0,
  failed: 0,
  loud: 0,
  rival: 0,
  foreignRival: 0,
  isHearsay: false,
  isByElimination: false,
  isHalfSeen: false,
}

test('confidence grows with probability, never to certainty', () => {
  expect(confidenceOf(sure)).toBeGreaterThan(confidenceOf({ ...sure, probability: 0.6 }))
  expect(confidenceOf({ ...sure, probability: 1 })).toBeLessThanOrEqual(0.95)
})

test('what is left unexplained and what could not be seen lower it', () => {
  expect(confidenceOf({ ...sure, probability: 0.8, unexplained: 2 })).toBeLessThan(confidenceOf({ ...sure, probability: 0.8 }))
  expect(confidenceOf({ ...sure, probability: 0.8, failed: 2 })).toBeLessThan(confidenceOf({ ...sure, probability: 0.8 }))
})

test.each([
  ['something that would be a cause by itself is left over', { loud: 1 }],
  ['another cause is nearly as likely', { rival: 0.4 }],
  ['nothing but words speaks for it', { isHearsay: true }],
  ['nothing speaks for it but its symptom', { isByElimination: true }],
  ['what would show another cause could not be read', { isHalfSeen: true }],
])('no diagnosis is confident when %s', (_, doubt) => {
  expect(confidenceOf(sure)).toBeGreaterThan(0.9)
  expect(confidenceOf({ ...sure, ...doubt })).toBeLessThan(0.7)
})
