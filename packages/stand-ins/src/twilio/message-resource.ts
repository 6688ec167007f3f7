import { type Message, SENT_AFTER_MS, statusAt } from './message.ts'

/** Twilio's API version, part of every path. */
export const API_VERSION = '2010-04-01'

/** What Twilio says about an error code that a delivered or undelivered message carries. */
const DELIVERY_ERRORS: Record<number, string> = {
  // https://www.twilio.com/docs/api/errors/63016
  63016:
    'Failed to send freeform message because you are outside the allowed window. If you are using WhatsApp, please use a Message Template.',
  63015: 'Channel Sandbox can only send messages to phone numbers that have joined the Sandbox',
  63018: 'Rate limit exceeded for Channel',
  63040: 'Template Rejected',
  63041: 'Template Paused',
}

/** The Message resource as it stands at `nowMs` (https://www.twilio.com/docs/messaging/api/message-resource): dates in RFC 2822, numbers as text, prices unknown yet. */
export function messageResource(message: Message, accountSid: string, nowMs: number) {
  const status = statusAt(message, nowMs)
  const isWaiting = status === 'queued' || status === 'scheduled' || status === 'canceled'
  const uri = `/${API_VERSION}/Accounts/${accountSid}/Messages/${message.sid}`
  const sentMs = message.direction === 'inbound' ? message.createdMs : message.createdMs + (message.more.queuedMs ?? 0) + SENT_AFTER_MS
  const errorCode = status === 'undelivered' ? message.errorCode : null
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: message.body,
    date_created: rfc2822(message.createdMs),
    date_sent: isWaiting ? null : rfc2822(sentMs),
    date_updated: rfc2822(isWaiting ? message.createdMs : sentMs),
    direction: message.direction,
    error_code: errorCode,
    error_message: errorCode === null ? null : (DELIVERY_ERRORS[errorCode] ?? null),
    from: message.from,
    messaging_service_sid: message.more.serviceSid ?? null,
    num_media: String(message.more.media?.length ?? 0),
    num_segments: '1',
    price: null,
    price_unit: null,
    sid: message.sid,
    status,
    subresource_uris: { feedback: `${uri}/Feedback.json`, media: `${uri}/Media.json` },
    tags: null,
    to: message.to,
    uri: `${uri}.json`,
  }
}

/** `Sat, 21 Nov 2026 02:28:10 +0000`: RFC 2822 with a numeric zone, as Twilio writes it. */
export function rfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000')
}
