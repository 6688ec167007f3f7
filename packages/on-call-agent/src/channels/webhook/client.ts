import { describeError } from '@oncall-lab/service-kit/errors'
import { claimOfStatus, claimWithoutAnswer } from '@oncall-lab/service-kit/failed-call'
import { signedHeaders } from '@oncall-lab/service-kit/signed-headers'
import { DeliveryError, type Messenger, type OutgoingMessage } from '../channel.ts'
import { readReceiver } from './settings.ts'

interface WebhookSettings {
  /** Signs what is no message of Slack's kind. */
  secret: string | undefined
  timeoutMs?: number
  now?: () => Date
}

/**
 * Posts JSON. The signature is `X-Oncall-Signature: sha256=<hex>`, an HMAC-SHA256 over `<X-Oncall-Timestamp>.<body>`; `Idempotency-Key` is the same for
 * a repetition. Any 2xx counts as delivered; redirects are not followed.
 */
export function createWebhookMessenger({ secret, timeoutMs = 10_000, now = () => new Date() }: WebhookSettings): Messenger {
  return {
    async send(message) {
      const receiver = readReceiver(message.to)
      if (!receiver) throw new DeliveryError(`${message.to} is no webhook`, { code: 'no_channel', retryable: false, uncertain: false })
      const sentAt = now()
      const body = JSON.stringify(receiver.form === 'slack' ? { text: forSlack(textOf(message)) } : payloadOf(message, sentAt))
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'oncall-lab',
        'idempotency-key': message.reference,
        ...(receiver.form === 'signed' && secret !== undefined && signedHeaders(secret, body, sentAt)),
      }
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await fetch(receiver.url, { method: 'POST', headers, body, redirect: 'manual', signal }).catch((error: unknown) => {
        const words = `The webhook gave no answer: ${describeError(error)}`
        throw DeliveryError.of(words, { ...claimWithoutAnswer(error), code: 'unreachable', cause: error })
      })
      // What it says beside its status is nobody's concern, and may be long.
      await response.body?.cancel().catch(() => {})
      if (response.ok) return { vendorId: `webhook-${message.reference}`, delivered: true }
      throw DeliveryError.of(`The webhook answered ${response.status}`, {
        ...claimOfStatus(response.status, response.headers.get('retry-after')),
        code: String(response.status),
      })
    },
    // Nothing to ask: whoever receives it knows a repetition by its key.
    find: async () => undefined,
  }
}

const textOf = ({ body, repeat }: OutgoingMessage) => (repeat ? `(repeat) ${body}` : body)

/** Without its escapes a text could call a whole channel (`<!channel>`) or show another address than its link's (`<https://…|click>`). https://docs.slack.dev/messaging/formatting-message-text#escaping */
const forSlack = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function payloadOf(message: OutgoingMessage, sentAt: Date) {
  const { reference, kind, repeat, incident } = message
  return {
    id: reference,
    kind,
    repeat,
    text: textOf(message),
    sent_at: sentAt.toISOString(),
    incident: incident
      ? {
          id: incident.id,
          ref: incident.ref,
          service: incident.service,
          severity: incident.severity,
          status: incident.status,
          opened_at: incident.opened_at,
        }
      : null,
  }
}
