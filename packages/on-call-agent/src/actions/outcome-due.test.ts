import { expect, test } from 'vitest'
import { describeDue, describeLag } from './outcome-due.ts'

const lags = {
  seconds: 15,
  longestSeconds: 600,
  alertLags: [
    { alertname: 'Burst', looksBackSeconds: 15, seconds: 30 },
    { alertname: 'Slow', looksBackSeconds: 60, seconds: 70 },
    { alertname: 'Odd', looksBackSeconds: null, seconds: null },
  ],
}
const at = new Date('2026-01-01T10:00:00Z')

test('the rule that looks back furthest of those that fired says when all is decided', () => {
  expect(describeDue({ ...lags, firing: ['Burst', 'Slow'] }, at)).toBe(
    'The rule of Slow looks back 60 s, so it can tell at 10:01:13 UTC (after 73 s) at the latest whether this helped.',
  )
  expect(describeDue({ ...lags, firing: ['Odd'] }, at)).toBe('')
  expect(describeDue({ ...lags, firing: [] }, at)).toBe('')
})

test.each([
  ['Slow', 60, 'for its rule looks back 60 s'],
  ['Slow', 73, 'though its rule looks back 60 s only'],
  ['Odd', 73, 'and how far its rule looks back is not known'],
  ['Other', 73, 'and how far its rule looks back is not known'],
])('%s after %i s', (alertname, seconds, words) => expect(describeLag(lags, alertname, seconds)).toBe(words))
