import type { Faults } from '../faults/faults.ts'
import { DELIVERED_AFTER_MS, type Message, type MessageStatus, SENT_AFTER_MS, statusAt } from './message.ts'
import { API_VERSION } from './message-resource.ts'
import { callWebhook } from './webhook.ts'

/** The longest time that a timer can wait. */
const LONGEST_WAIT_MS = 2_000_000_000

/** Tells a `StatusCallback` address what becomes of a message. */
export interface StatusCallbacks {
  follow(message: Message, url: string): void
  /** Tells that the person saw a message, when somebody follows it. */
  read(message: Message): void
  /** Drops what has not been told yet. */
  close(): void
}

/**
 * Posts `MessageStatus` (and `ErrorCode` for a failure) at each change, signed as every webhook
 * (https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks). Best effort, as with Twilio: one try each,
 * and changes that come while the stand-in is down are not told.
 */
export function createStatusCallbacks(
  { accountSid, authToken }: { accountSid: string; authToken: string },
  faults: Faults,
): StatusCallbacks {
  const timers = new Set<NodeJS.Timeout>()
  const followed = new Map<string, string>()

  function tell(message: Message, url: string, status: MessageStatus): void {
    if (faults.holds('callbacks_lost')) return
    const params = {
      AccountSid: accountSid,
      ApiVersion: API_VERSION,
      ChannelPrefix: 'whatsapp',
      ChannelToAddress: message.to.replace(/^whatsapp:/, ''),
      From: message.from,
      MessageSid: message.sid,
      MessageStatus: status,
      SmsSid: message.sid,
      SmsStatus: status,
      To: message.to,
      ...(status === 'undelivered' && { ErrorCode: String(message.errorCode) }),
    }
    // Nobody waits for the outcome: the status stays readable through the API.
    void callWebhook(url, params, authToken)
  }

  return {
    follow(message, url) {
      followed.set(message.sid, url)
      const queuedMs = message.more.queuedMs ?? 0
      if (queuedMs > LONGEST_WAIT_MS) return
      for (const ageMs of message.errorCode === null ? [SENT_AFTER_MS, DELIVERED_AFTER_MS] : [SENT_AFTER_MS]) {
        const timer = setTimeout(() => {
          timers.delete(timer)
          tell(message, url, statusAt(message, message.createdMs + queuedMs + ageMs))
        }, queuedMs + ageMs)
        timers.add(timer.unref())
      }
    },
    read(message) {
      const url = followed.get(message.sid)
      if (url) tell(message, url, 'read')
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      followed.clear()
    },
  }
}
