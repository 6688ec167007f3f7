import { describeError } from '@oncall-lab/service-kit/errors'
import twilio from 'twilio'
import { DeliveryError, type Messenger } from '../channel.ts'

/** Which Twilio account and sender; from the configuration. */
export interface TwilioSettings {
  /** Another address than Twilio's own: the stand-in's. */
  baseUrl: string | undefined
  accountSid: string
  authToken: string
  /** `whatsapp:+…` */
  from: string
}

/** WhatsApp through Twilio. https://www.twilio.com/docs/messaging/api/message-resource */
export function createTwilioMessenger({ baseUrl, accountSid, authToken, from }: TwilioSettings): Messenger {
  const client = twilio(accountSid, authToken, { timeout: 10_000 })
  if (baseUrl) client.api.baseUrl = baseUrl
  return {
    async send(to, body) {
      try {
        return (await client.messages.create({ from, to, body })).sid
      } catch (error) {
        throw explain(error)
      }
    },
    async find(to, body, since, isOther) {
      try {
        // Twilio keeps whole seconds.
        const dateSentAfter = new Date(Math.floor(since.getTime() / 1000) * 1000)
        const messages = await client.messages.list({ to, from, dateSentAfter, limit: 200 })
        return messages.find((message) => message.body === body && !isOther(message.sid))?.sid
      } catch (error) {
        throw explain(error)
      }
    },
  }
}

/** True when Twilio signed this webhook. `url` is the public address that Twilio was given. https://www.twilio.com/docs/usage/security */
export function isSignedByTwilio({
  authToken,
  signature,
  url,
  params,
}: {
  authToken: string
  signature: string
  url: string
  params: Record<string, unknown>
}): boolean {
  return twilio.validateRequest(authToken, signature, url, params)
}

/** Where no connection was made, nothing went out. */
const NEVER_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

/** Twilio's own refusals carry a status; without one only a connection that was never made tells that the message did not go out. */
function explain(error: unknown): DeliveryError {
  const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined
  if (status === undefined) {
    const uncertain = !(error instanceof Error && 'code' in error && NEVER_CONNECTED.includes(String(error.code)))
    return new DeliveryError(`Twilio gave no answer: ${describeError(error)}`, {
      code: 'unreachable',
      retryable: true,
      uncertain,
      cause: error,
    })
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(status)
  const retryable = status >= 500 || status === 429
  return new DeliveryError(`Twilio answered ${status} (${code}): ${describeError(error)}`, {
    code,
    retryable,
    uncertain: status >= 500,
    cause: error,
  })
}
