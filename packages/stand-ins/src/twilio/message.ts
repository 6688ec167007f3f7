/** A WhatsApp message as the stand-in keeps it; what a caller sees of it depends on the time it asks, see `statusAt`. */
export interface Message {
  /** `SM` and 32 hexadecimal digits; `MM` for a message with media. */
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
  more: MessageDetail
}

/** What only some messages have. */
export interface MessageDetail {
  /** How long the message waits in Twilio's queue, or for its `SendAt`, before it is sent. */
  queuedMs?: number
  media?: Media[]
  serviceSid?: string
  /** Sent at a time that the caller chose. */
  scheduled?: boolean
  canceled?: boolean
  /** When the person saw it, in milliseconds since 1970. */
  readMs?: number
}

/** A picture, a voice note or a document. */
export interface Media {
  /** `ME` and 32 hexadecimal digits. */
  sid: string
  contentType: string
  /** The bytes in base64; empty for media that a caller named by its address, which is never fetched. */
  data: string
}

/** Twilio's message statuses, as far as WhatsApp messages pass through them here (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values). */
export type MessageStatus = 'scheduled' | 'queued' | 'sent' | 'delivered' | 'read' | 'undelivered' | 'received' | 'canceled'

/** An accepted message leaves an empty queue after this long. */
export const SENT_AFTER_MS = 200
/** A message is on the phone after this long in an empty queue. */
export const DELIVERED_AFTER_MS = 600

/** queued → sent → delivered → read, or queued → undelivered, by the time that passed since the message was accepted. */
export function statusAt({ direction, createdMs, errorCode, more }: Message, nowMs: number): MessageStatus {
  if (direction === 'inbound') return 'received'
  if (more.canceled) return 'canceled'
  const age = nowMs - createdMs - (more.queuedMs ?? 0)
  if (age < SENT_AFTER_MS) return more.scheduled && age < 0 ? 'scheduled' : 'queued'
  if (errorCode !== null) return 'undelivered'
  if (age < DELIVERED_AFTER_MS) return 'sent'
  return more.readMs !== undefined && more.readMs <= nowMs ? 'read' : 'delivered'
}
