import { expect, test } from 'vitest'
import { redact } from './redact.ts'

test.each([
  ['Authorization: Bearer abcdefghijklmnop1234', 'Authorization: Bearer [redacted]'],
  ['Basic dXNlcjpwYXNzd29yZA==', 'Basic [redacted]'],
  ['key sk-proj-abcdefghijklmnop1234', 'key [redacted key]'],
  ['ghp_abcdefghijklmnop1234 and github_pat_11ABCDEFG0abcdefgh', '[redacted token] and [redacted token]'],
  ['AKIAIOSFODNN7EXAMPLE xoxb-123456789012-abc', '[redacted token] [redacted token]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig-nature', '[redacted token]'],
  ['postgres://shop:s3cret@127.0.0.1:15432/shop', 'postgres://shop:[redacted]@127.0.0.1:15432/shop'],
  ['password=hunter22 then', 'password=[redacted] then'],
  ['{"api_key":"abcd1234","n":1}', '{"api_key":"[redacted]","n":1}'],
  ['{"message":"{\\"authToken\\":\\"abcd1234\\"}"}', '{"message":"{\\"authToken\\":\\"[redacted]\\"}"}'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[redacted private key]'],
])('%j becomes %j', (text, clean) => {
  expect(redact(text)).toBe(clean)
})

test.each([
  "Cannot read properties of undefined (reading 'discount')",
  'at priceOf (packages/inventory/src/campaigns.ts:42:17)',
  'http://127.0.0.1:8001/items/7?at=10:00:00',
  'the password is wrong',
  'risk-based-pricing-and-other-words basic authentication',
])('%j stays as it is', (text) => {
  expect(redact(text)).toBe(text)
})

test('JSON stays JSON, whatever is cut out of it', () => {
  const value = {
    first: '-----BEGIN PRIVATE KEY-----',
    middle: 'password: "abcd1234"',
    last: ['-----END PRIVATE KEY-----', 'secret=\\"abcd1234\\"', 'x://a:b\\n@c'],
  }
  expect(() => JSON.parse(redact(JSON.stringify(value)))).not.toThrow()
})
