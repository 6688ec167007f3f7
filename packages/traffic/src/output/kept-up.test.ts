import { expect, test } from 'vitest'
import { createTally, recordMs, type Tally } from '../engine/tally.ts'
import { figuresOf } from './figures.ts'
import { whyNotKeptUp } from './kept-up.ts'

/** A hundred requests, the last two of which left so late. */
function sent(lateMs: number, changes: Partial<Tally> = {}) {
  const tally = { ...createTally(), sent: 100, ok: 100, ...changes }
  for (let index = 0; index < 100; index += 1) recordMs(tally.lag, index < 98 ? 0.5 : lateMs)
  return whyNotKeptUp(figuresOf(tally, 1))
}

test('requests that leave on time, and those that wait for answers while the generator idles, are no fault of it', () => {
  expect(sent(9)).toBe(null)
  expect(sent(9, { heldBack: 50, shed: 50, busyShare: 0.5 })).toBe(null)
  expect(whyNotKeptUp(figuresOf(createTally(), 1))).toBe(null)
})

test.each<[string, number, Partial<Tally>]>([
  ['left up to 12', 12, {}],
  ['busy all the time while 70 requests', 1, { heldBack: 50, shed: 20, busyShare: 0.99 }],
  ['3 connections could not be opened, it may not open more files', 1, { failures: { EMFILE: 3 } }],
])('the report says when it could not keep up: %s', (words, lateMs, changes) => {
  expect(sent(lateMs, changes)).toContain(words)
})
