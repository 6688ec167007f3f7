import formbody from '@fastify/formbody'
import type { Service } from '@oncall-lab/service-kit/service'
import { type Static, Type } from 'typebox'
import { attachmentOf, withAttachment } from '../attachment.ts'
import type { ChannelRouteDependencies } from '../channel.ts'
import { demandSignature } from './signature.ts'

/** Twilio's parameters, as far as we read them. https://www.twilio.com/docs/messaging/guides/webhook-request */
const InboundWebhook = Type.Object({
  MessageSid: Type.String({ minLength: 1, maxLength: 64 }),
  From: Type.String({ minLength: 1, maxLength: 64 }),
  /** Empty for a picture or a voice message. */
  Body: Type.String({ maxLength: 4_096 }),
  OriginalRepliedMessageSid: Type.Optional(Type.String({ maxLength: 64 })),
  NumMedia: Type.Optional(Type.String({ maxLength: 4 })),
  MediaContentType0: Type.Optional(Type.String({ maxLength: 100 })),
  /** Of a place that was shared, instead of a body. */
  Latitude: Type.Optional(Type.String({ maxLength: 32 })),
  /** Of a tap on a button of a template; its text is the body too. */
  ButtonText: Type.Optional(Type.String({ maxLength: 100 })),
})

/** An empty TwiML answer: the reply goes out through the API, since Twilio waits 15 s for this one at most. */
const NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

/** Where Twilio calls. */
export const TWILIO_WEBHOOK = '/webhook/twilio'

/** What the webhook needs. */
interface TwilioWebhookOptions extends Pick<ChannelRouteDependencies, 'receive' | 'onOutcome'> {
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
        preValidation: demandSignature({ publicUrl, authToken, onBadSignature: () => onOutcome('bad_signature') }),
      },
      async (request, reply) => {
        const { MessageSid, From, OriginalRepliedMessageSid } = request.body
        const body = textOf(request.body)
        const outcome = await receive({ vendorId: MessageSid, from: From, body, quotedVendorId: OriginalRepliedMessageSid })
        onOutcome(outcome)
        if (outcome === 'stranger') request.log.warn({ message_sid: MessageSid }, 'message of somebody who is not on call')
        return reply.type('text/xml').send(NOTHING_TO_SAY)
      },
    )
  })
}

/** What a person said; of what is no text (a picture, a voice note, a place) the kind stands in its place. */
function textOf({ Body, ButtonText, NumMedia, MediaContentType0, Latitude }: Static<typeof InboundWebhook>): string {
  const text = Body.trim() || ButtonText?.trim() || ''
  if (Number(NumMedia) > 0) return withAttachment(text, attachmentOf(MediaContentType0 ?? ''))
  if (Latitude !== undefined) return withAttachment(text, 'a place')
  return text === '' ? withAttachment('', 'something') : text
}
