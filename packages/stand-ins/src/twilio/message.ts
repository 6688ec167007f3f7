/** A WhatsApp message as the stand-in keeps it; what a caller sees of it depends on the time it asks, see `statusAt`. */
export interface Message {
  /** `SM` and 32 hexadecimal digits. */
  sid: string
  direction: 'inbound' | 'outbound-api' | 'outbound-reply'
  /** `whatsapp:+…`, as `to`. */
  from: string
  to: string
  body: string
  createdMs: number
  /** Decided when the message is accepted, shown once delivery has been tried; null for a message that arrives. */
  errorCode: number | null
  /** The SID of the message that this one quotes. */
  repliedTo: string | null
}

/** Twilio's message statuses, as far as WhatsApp messages pass through them here (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values). */
export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'undelivered' | 'received'

/** An accepted message leaves the queue after this long. */
export const SENT_AFTER_MS = 200
/** A sent message is on the phone after this long. */
export const DELIVERED_AFTER_MS = 600

/** queued → sent → delivered, or queued → undelivered, by the time that passed since the message was accepted. */
export function statusAt({ direction, createdMs, errorCode }: Message, nowMs: number): MessageStatus {
  if (direction === 'inbound') return 'received'
  const age = nowMs - createdMs
  if (age < SENT_AFTER_MS) return 'queued'
  if (errorCode !== null) return 'undelivered'
  return age < DELIVERED_AFTER_MS ? 'sent' : 'delivered'
}
