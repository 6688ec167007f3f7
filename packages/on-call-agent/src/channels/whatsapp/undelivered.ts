import type { VendorReport } from '../channel.ts'

/** Twilio counts a sender's messages in a second, and the sandbox one in three seconds. */
const PACE_MS = 5_000

/**
 * Codes by which Twilio says later that an accepted message did not arrive, in words; `againAfterMs` where sending it once more can help.
 * https://www.twilio.com/docs/api/errors
 */
const WORDS: Record<string, { message: string; againAfterMs?: number }> = {
  63003: { message: 'the number is not on WhatsApp' },
  63005: { message: 'WhatsApp did not accept the content' },
  63007: { message: 'the sender is no WhatsApp sender of the account' },
  63012: { message: 'WhatsApp answered Twilio with a fault of its own', againAfterMs: 10_000 },
  63013: { message: 'WhatsApp says that the message breaks its policy' },
  63015: { message: 'the phone has not joined the sandbox, or its three days are over: write "join …" to the sender' },
  63016: { message: 'more than 24 hours since the person wrote: WhatsApp delivers approved templates only' },
  63018: { message: 'too many messages at a time for this sender', againAfterMs: PACE_MS },
  63021: { message: 'WhatsApp did not accept the content of the template' },
  63024: { message: 'the number is no valid recipient' },
  63032: { message: 'WhatsApp does not send more messages to this person for now' },
  63038: { message: "the account's messages of today are used up" },
  63040: { message: 'WhatsApp has rejected the template' },
  63041: { message: 'WhatsApp has paused the template' },
  63042: { message: 'WhatsApp has disabled the template' },
  30003: { message: 'the phone cannot be reached' },
  30008: { message: 'the network did not say why', againAfterMs: 10_000 },
}

/** What a status of Twilio's says about the end of a message; undefined while it has none. `hasTemplate`: 63016 has a way out. */
export function readStatus(status: string, errorCode: string | undefined, hasTemplate: boolean): VendorReport | undefined {
  if (status === 'delivered' || status === 'read') return { state: status }
  if (status !== 'undelivered' && status !== 'failed' && status !== 'canceled') return undefined
  const code = errorCode || status
  const { message, againAfterMs } = WORDS[code] ?? { message: `WhatsApp did not deliver it (${code})` }
  return { state: 'undelivered', code, message, againAfterMs: code === '63016' && hasTemplate ? 0 : againAfterMs }
}
