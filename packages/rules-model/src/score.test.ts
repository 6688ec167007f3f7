import { expect, test } from 'vitest'
import type { Finding, Source } from './hypotheses/hypothesis.ts'
import { scoreOf } from './score.ts'

const finding = (source: Source, weight: number): Finding => ({ source, weight, says: '' })

test('nothing for it is no score', () => {
  expect(scoreOf({ for: [], against: [finding('log', 0.2)], unseen: [] })).toBe(0)
})

test('two findings of one source are one piece of evidence', () => {
  expect(scoreOf({ for: [finding('log', 0.5), finding('log', 0.4)], against: [], unseen: [] })).toBe(0.5)
})

test('independent sources that agree convince more, but never wholly', () => {
  expect(scoreOf({ for: [finding('log', 0.5), finding('rate', 0.5)], against: [], unseen: [] })).toBe(0.75)
  expect(scoreOf({ for: [finding('log', 0.9), finding('rate', 0.9)], against: [], unseen: [] })).toBe(0.95)
})

test('doubt takes away', () => {
  expect(scoreOf({ for: [finding('log', 0.8)], against: [finding('cpu', 0.5)], unseen: [] })).toBeCloseTo(0.4)
})
