import formbody from '@fastify/formbody'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { ChannelRouteDependencies, VendorReport } from '../channel.ts'
import { demandSignature } from './signature.ts'

/** Twilio's parameters, as far as we read them. https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
const StatusCallback = Type.Object({
  MessageSid: Type.String({ minLength: 1, maxLength: 64 }),
  MessageStatus: Type.String({ minLength: 1, maxLength: 32 }),
  To: Type.String({ minLength: 1, maxLength: 64 }),
  ErrorCode: Type.Optional(Type.String({ maxLength: 10 })),
})

/** Where Twilio reports what becomes of a message. */
export const TWILIO_STATUS_WEBHOOK = '/webhook/twilio/status'

interface StatusWebhookOptions extends Pick<ChannelRouteDependencies, 'report' | 'onOutcome'> {
  publicUrl: string
  authToken: string
  readReport: (callback: { to: string; status: string; errorCode: string | undefined }) => VendorReport | undefined
}

/** `POST /webhook/twilio/status`: 403 for what Twilio did not sign; a status on the way, of a foreign message or a known one changes nothing. */
export function registerStatusWebhook(app: Service, { publicUrl, authToken, readReport, report, onOutcome }: StatusWebhookOptions): void {
  app.register(async (scope: Service) => {
    await scope.register(formbody)
    scope.post(
      TWILIO_STATUS_WEBHOOK,
      {
        config: { accepts: 'form' },
        schema: { body: StatusCallback },
        preValidation: demandSignature({ publicUrl, authToken, onBadSignature: () => onOutcome('bad_signature') }),
      },
      async ({ body: { MessageSid, MessageStatus, To, ErrorCode } }, reply) => {
        const said = readReport({ to: To, status: MessageStatus, errorCode: ErrorCode || undefined })
        if (said) await report(MessageSid, said)
        return reply.code(204).send()
      },
    )
  })
}
