import formbody from '@fastify/formbody'
import { LabError } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { ChannelRouteDependencies } from '../channel.ts'
import { isSignedByTwilio } from './client.ts'

/** Twilio's parameters, as far as we read them. https://www.twilio.com/docs/messaging/guides/webhook-request */
const InboundWebhook = Type.Object({
  MessageSid: Type.String({ minLength: 1, maxLength: 64 }),
  From: Type.String({ minLength: 1, maxLength: 64 }),
  /** Empty for a picture or a voice message. */
  Body: Type.String({ maxLength: 4_096 }),
  OriginalRepliedMessageSid: Type.Optional(Type.String({ maxLength: 64 })),
})

/** An empty TwiML answer: the reply goes out through the API, since Twilio waits 15 s for this one at most. */
const NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

/** What stands for a picture or a voice message: the person gets an answer, and sees that it was not read. */
const NO_TEXT = '(a message without text)'

/** Where Twilio calls. */
export const TWILIO_WEBHOOK = '/webhook/twilio'

/** What the webhook needs. */
interface TwilioWebhookOptions extends ChannelRouteDependencies {
  /** The agent's address as Twilio sees it: signatures are over `${publicUrl}/webhook/twilio`. */
  publicUrl: string
  authToken: string
}

/** `POST /webhook/twilio`: a person's message. 403 for what Twilio did not sign; a message that comes twice is taken once; strangers get no answer. */
export function registerTwilioWebhook(app: Service, { publicUrl, authToken, receive, onOutcome }: TwilioWebhookOptions): void {
  app.register(async (scope: Service) => {
    await scope.register(formbody)
    scope.post(
      TWILIO_WEBHOOK,
      {
        config: { accepts: 'form' },
        schema: { body: InboundWebhook },
        preValidation: async (request) => verify(request.body, request.headers['x-twilio-signature']),
      },
      async (request, reply) => {
        const { MessageSid, From, Body, OriginalRepliedMessageSid } = request.body
        const body = Body.trim() || NO_TEXT
        const outcome = await receive({ vendorId: MessageSid, from: From, body, quotedVendorId: OriginalRepliedMessageSid })
        onOutcome(outcome)
        if (outcome === 'stranger') request.log.warn({ message_sid: MessageSid }, 'message of somebody who is not on call')
        return reply.type('text/xml').send(NOTHING_TO_SAY)
      },
    )
  })

  function verify(body: unknown, signature: string | string[] | undefined): void {
    const params = Object.fromEntries(Object.entries(body ?? {}))
    const signed = typeof signature === 'string' && isSignedByTwilio({ authToken, signature, url: `${publicUrl}${TWILIO_WEBHOOK}`, params })
    if (signed) return
    onOutcome('bad_signature')
    throw new LabError(
      `The signature does not fit. Twilio must call ${publicUrl}${TWILIO_WEBHOOK} (PUBLIC_URL) with the account's auth token.`,
      { code: 'bad_signature', status: 403 },
    )
  }
}
