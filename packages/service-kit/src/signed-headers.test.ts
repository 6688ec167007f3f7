import { expect, test } from 'vitest'
import { isSigned, signedHeaders } from './signed-headers.ts'

const secret = 'a-secret-of-many-characters'
const at = new Date('2026-11-30T03:00:00Z')
const headers = signedHeaders(secret, '{"a":1}', at)

test('a signed message is known by its secret, its body and its time', () => {
  expect(isSigned(secret, headers, '{"a":1}', at)).toBe(true)
  expect(isSigned('another-secret-of-many', headers, '{"a":1}', at)).toBe(false)
  expect(isSigned(secret, headers, '{"a":2}', at)).toBe(false)
  expect(isSigned(secret, { ...headers, 'x-oncall-timestamp': '1' }, '{"a":1}', at)).toBe(false)
  expect(isSigned(secret, headers, '{"a":1}', new Date(at.getTime() + 301_000))).toBe(false)
  expect(isSigned(secret, {}, '{"a":1}', at)).toBe(false)
})
