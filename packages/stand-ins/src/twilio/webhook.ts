import { createHmac, randomUUID } from 'node:crypto'

/** How long Twilio waits for a webhook (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides: 15 s at most). */
const WEBHOOK_TIMEOUT_MS = 15_000

/** What came back from a webhook, or why nothing did. */
export type WebhookOutcome =
  | { kind: 'answered'; status: number; body: string; contentType: string }
  | { kind: 'unreachable'; reason: string }

/**
 * `X-Twilio-Signature`: base64 of HMAC-SHA1, keyed with the auth token, over the full URL followed by each parameter's name and value in
 * the order of the names (https://www.twilio.com/docs/usage/security#validating-requests).
 */
function signRequest(authToken: string, url: string, params: Record<string, string>): string {
  const text = Object.keys(params)
    .sort()
    .reduce((all, name) => `${all}${name}${params[name]}`, url)
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64')
}

/** Posts the parameters as Twilio does: form-encoded, signed, one try, 15 s. Redirects are not followed. */
export async function callWebhook(url: string, params: Record<string, string>, authToken: string): Promise<WebhookOutcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'x-twilio-signature': signRequest(authToken, url, params),
        'user-agent': 'TwilioProxy/1.1',
        'i-twilio-idempotency-token': randomUUID(),
      },
      body: new URLSearchParams(params),
      redirect: 'manual',
      signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
    })
    const contentType = response.headers.get('content-type') ?? ''
    return { kind: 'answered', status: response.status, body: (await response.text()).slice(0, 64_000), contentType }
  } catch (error) {
    return { kind: 'unreachable', reason: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${WEBHOOK_TIMEOUT_MS / 1_000} s`
  return error.cause instanceof Error ? error.cause.message || error.message : error.message
}
