import { DELIVERED_AFTER_MS, type Message, SENT_AFTER_MS, statusAt } from './message.ts'
import { API_VERSION } from './message-resource.ts'
import { callWebhook } from './webhook.ts'

/** Tells a `StatusCallback` address what becomes of a message. */
export interface StatusCallbacks {
  follow(message: Message, url: string): void
  /** Drops what has not been told yet. */
  close(): void
}

/**
 * Posts `MessageStatus` (and `ErrorCode` for a failure) at each change, signed as every webhook
 * (https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks). Best effort, as with Twilio: one try each,
 * and changes that come while the stand-in is down are not told.
 */
export function createStatusCallbacks({ accountSid, authToken }: { accountSid: string; authToken: string }): StatusCallbacks {
  const timers = new Set<NodeJS.Timeout>()

  function tell(message: Message, url: string, ageMs: number): void {
    const status = statusAt(message, message.createdMs + ageMs)
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
      for (const ageMs of message.errorCode === null ? [SENT_AFTER_MS, DELIVERED_AFTER_MS] : [SENT_AFTER_MS]) {
        const timer = setTimeout(() => {
          timers.delete(timer)
          tell(message, url, ageMs)
        }, ageMs)
        timers.add(timer.unref())
      }
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
