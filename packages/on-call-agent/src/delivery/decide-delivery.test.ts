import { expect, test } from 'vitest'
import { decideDelivery } from './decide-delivery.ts'

const HOUR = 3_600_000
const failed = { retryable: true, uncertain: false, slow: false, retryAfterMs: undefined }
const lost = { ...failed, uncertain: true }
const slow = { ...failed, slow: true }

test.each([
  ['what is wrong with the message is final', { ...failed, retryable: false }, 1, 0, { kind: 'give_up', reason: 'refused' }],
  ['the first failure waits a second', failed, 1, 0, { kind: 'retry', afterMs: 1_000, reason: 'transient' }],
  ['a lost answer is told apart', lost, 1, 0, { kind: 'retry', afterMs: 1_000, reason: 'uncertain' }],
  ['pauses double', failed, 4, 0, { kind: 'retry', afterMs: 8_000, reason: 'transient' }],
  ['up to half a minute', failed, 99, HOUR, { kind: 'retry', afterMs: 30_000, reason: 'transient' }],
  ['a refusal that can pass begins as soon', slow, 1, 0, { kind: 'retry', afterMs: 1_000, reason: 'refused_for_now' }],
  ['and slows down to five minutes', slow, 99, HOUR, { kind: 'retry', afterMs: 300_000, reason: 'refused_for_now' }],
  ['the vendor may ask for longer', { ...failed, retryAfterMs: 90_000 }, 1, 0, { kind: 'retry', afterMs: 90_000, reason: 'transient' }],
  ['and not for shorter', { ...failed, retryAfterMs: 10 }, 3, 0, { kind: 'retry', afterMs: 4_000, reason: 'transient' }],
  ['at six hours it is still tried', lost, 9, 6 * HOUR, { kind: 'retry', afterMs: 30_000, reason: 'uncertain' }],
  ['after that it helps nobody', lost, 9, 6 * HOUR + 1, { kind: 'give_up', reason: 'too_old' }],
] as const)('%s', (_title, error, attempts, ageMs, decision) => {
  expect(decideDelivery(error, attempts, ageMs)).toEqual(decision)
})
