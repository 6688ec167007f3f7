import { createHmac, timingSafeEqual } from 'node:crypto'

/** The headers that sign a message of ours: `X-Oncall-Signature: sha256=<hex>`, an HMAC-SHA256 over `<X-Oncall-Timestamp>.<body>`, the time in Unix seconds. */
export function signedHeaders(secret: string, body: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  return { 'x-oncall-timestamp': timestamp, 'x-oncall-signature': signature(secret, timestamp, body) }
}

/** A message that is older was sent by somebody who kept it. */
const FRESH_MS = 300_000

/** True when a message was signed with this secret within the last five minutes. */
export function isSigned(secret: string, headers: Record<string, string | string[] | undefined>, body: string, now: Date): boolean {
  const [timestamp, given] = [headers['x-oncall-timestamp'], headers['x-oncall-signature']]
  if (typeof timestamp !== 'string' || typeof given !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now.getTime() - Number(timestamp) * 1_000) > FRESH_MS) return false
  const expected = Buffer.from(signature(secret, timestamp, body))
  const actual = Buffer.from(given)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

const signature = (secret: string, timestamp: string, body: string) =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
