import { expect, test } from 'vitest'
import { claimOfStatus, claimWithoutAnswer, readRetryAfter } from './failed-call.ts'

test.each([
  [200, 'uncertain', false],
  [302, 'uncertain', false],
  [400, 'final', false],
  [401, 'retryable', true],
  [403, 'retryable', true],
  [404, 'retryable', true],
  [408, 'uncertain', false],
  [409, 'retryable', true],
  [413, 'final', false],
  [422, 'final', false],
  [429, 'retryable', false],
  [499, 'retryable', true],
  [500, 'uncertain', false],
  [503, 'uncertain', false],
])('status %i is %s', (status, claim, slow) => {
  expect(claimOfStatus(status)).toMatchObject({ claim, slow })
})

const coded = (code: string, cause?: unknown) => Object.assign(new Error(code, { cause }), { code })
test.each<[string, unknown, string]>([
  ['a refused connection', coded('ECONNREFUSED'), 'retryable'],
  ['a refused connection inside another error', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), 'retryable'],
  ['every address refused', new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), 'retryable'],
  ['one address refused, one reset', new AggregateError([coded('ECONNREFUSED'), coded('ECONNRESET')]), 'uncertain'],
  ['a reset connection', coded('ECONNRESET'), 'uncertain'],
  ['a time-out', coded('ECONNABORTED'), 'uncertain'],
  ['a text', 'no', 'uncertain'],
])('%s', (_title, error, claim) => {
  expect(claimWithoutAnswer(error).claim).toBe(claim)
})

const NOW = Date.parse('2026-11-29T12:00:00Z')
test.each([
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['0', 0],
  ['7', 7_000],
  [' 7 ', 7_000],
  ['999999', 3_600_000],
  ['Sun, 29 Nov 2026 12:00:09 GMT', 9_000],
  ['Sun, 29 Nov 2026 11:59:00 GMT', 0],
])('Retry-After %j is %j ms', (header, ms) => {
  expect(readRetryAfter(header, NOW)).toBe(ms)
})
