import { expect, test } from 'vitest'
import { decideDelivery } from './decide-delivery.ts'

const HOUR = 3_600_000

test.each([
  ['a refusal is final', { retryable: false, uncertain: false }, 1, 0, { kind: 'give_up', reason: 'refused' }],
  ['the first failure waits a second', { retryable: true, uncertain: false }, 1, 0, { kind: 'retry', afterMs: 1_000, reason: 'transient' }],
  ['a lost answer is told apart', { retryable: true, uncertain: true }, 1, 0, { kind: 'retry', afterMs: 1_000, reason: 'uncertain' }],
  ['pauses double', { retryable: true, uncertain: false }, 4, 0, { kind: 'retry', afterMs: 8_000, reason: 'transient' }],
  ['up to half a minute', { retryable: true, uncertain: false }, 99, HOUR, { kind: 'retry', afterMs: 30_000, reason: 'transient' }],
  [
    'at six hours it is still tried',
    { retryable: true, uncertain: true },
    9,
    6 * HOUR,
    { kind: 'retry', afterMs: 30_000, reason: 'uncertain' },
  ],
  ['after that it helps nobody', { retryable: true, uncertain: true }, 9, 6 * HOUR + 1, { kind: 'give_up', reason: 'too_old' }],
] as const)('%s', (_title, error, attempts, ageMs, decision) => {
  expect(decideDelivery(error, attempts, ageMs)).toEqual(decision)
})
