/** The queue in front of a WhatsApp sender. */
export interface SendQueue {
  /** How long a message that is accepted now waits before it is sent, in milliseconds. */
  enter(nowMs: number): number
}

/**
 * A sender carries so many messages a second; what exceeds that stays `queued`, it is not refused
 * (https://www.twilio.com/docs/whatsapp/best-practices-and-faqs: 80 a second, queued up to four hours).
 */
export function createSendQueue(perSecond: number): SendQueue {
  let busyUntilMs = 0
  return {
    enter(nowMs) {
      // A second's worth leaves at once, as a burst does.
      busyUntilMs = Math.max(busyUntilMs, nowMs) + 1_000 / perSecond
      return Math.max(0, Math.ceil(busyUntilMs - nowMs - 1_000))
    },
  }
}
