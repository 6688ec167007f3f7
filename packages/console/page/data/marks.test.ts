import { expect, test } from 'vitest'
import { faultBefore, type Moment, partsOf } from './marks.ts'

const moment = (label: string, at: number): Moment => ({ label, at, hand: 'agent' })

test('the parts of the clock add up to the whole, and what comes after the end is none of them', () => {
  const { parts, after } = partsOf([
    moment('firing', 10),
    moment('webhook', 11),
    moment('diagnosis', 14),
    moment('resolved', 20),
    moment('reply', 99),
  ])
  expect(parts.map(({ label, seconds, share }) => [label, seconds, share])).toEqual([
    ['webhook', 1, 0.1],
    ['diagnosis', 3, 0.3],
    ['resolved', 6, 0.6],
  ])
  expect(after.map(({ label }) => label)).toEqual(['reply'])
})

test('an action that is judged after the end of the alerts belongs to the clock', () => {
  const { parts } = partsOf([moment('firing', 10), moment('resolved', 20), moment('verified', 30), moment('reply', 40)])
  expect(parts.map(({ label }) => label)).toEqual(['resolved', 'verified'])
})

test('one moment alone has no part', () => {
  expect(partsOf([moment('firing', 10)])).toEqual({ parts: [], after: [] })
})

const at = (seconds: number) => new Date(seconds * 1_000).toISOString()
const fault = (start: number, end: number | null) => ({
  mode: 'errors',
  targets: [],
  started_at: at(start),
  ended_at: end === null ? null : at(end),
})

test.each([
  ['one that acts', [fault(5_000, null)], 5_010, 5_000],
  ['the newest of two', [fault(5_000, 5_005), fault(5_006, null)], 5_010, 5_006],
  ['none that began later', [fault(5_020, null)], 5_010, undefined],
  ['none that ended long before', [fault(5_000, 5_010)], 5_200, undefined],
  ['none that is older than half an hour', [fault(1_000, null)], 5_010, undefined],
])('the fault before the first sign: %s', (_case, faults, sign, expected) => {
  expect(faultBefore({ faults }, sign)).toBe(expected)
})
