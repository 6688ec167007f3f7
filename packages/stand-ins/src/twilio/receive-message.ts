import type { Message } from './message.ts'
import { API_VERSION } from './message-resource.ts'
import type { MessageStore } from './message-store.ts'
import type { TwilioAccount } from './twilio-account.ts'
import { messagesOfTwiml } from './twiml.ts'
import { callWebhook, type WebhookOutcome } from './webhook.ts'

interface Received {
  message: Message
  webhook: WebhookOutcome
}

/** A person's message reaches Twilio: it is kept, the person's window opens, the webhook is called, and TwiML in the answer is sent back. */
export async function receiveMessage(
  incoming: { from: string; body: string; repliedTo: string | null },
  { account, store, now }: { account: TwilioAccount; store: MessageStore; now: () => number },
): Promise<Received> {
  const message = store.add({ ...incoming, direction: 'inbound', to: account.sender, createdMs: now(), errorCode: null })
  const webhook = await callWebhook(account.webhookUrl, webhookParams(message, account, store), account.authToken)
  if (webhook.kind === 'answered' && webhook.status < 300)
    for (const body of messagesOfTwiml(webhook.body))
      store.add({
        direction: 'outbound-reply',
        from: account.sender,
        to: incoming.from,
        body: [...body].slice(0, 1_600).join(''),
        createdMs: now(),
        errorCode: null,
        repliedTo: null,
      })
  return { message, webhook }
}

/** Twilio's request to an incoming-message webhook (https://www.twilio.com/docs/messaging/guides/webhook-request), with the fields that WhatsApp adds. */
function webhookParams(message: Message, account: TwilioAccount, store: MessageStore): Record<string, string> {
  const original = message.repliedTo === null ? undefined : store.get(message.repliedTo)
  return {
    SmsMessageSid: message.sid,
    NumMedia: '0',
    ProfileName: message.from === account.user ? 'On call' : message.from.replace(/^whatsapp:/, ''),
    MessageType: 'text',
    SmsSid: message.sid,
    WaId: message.from.replace(/^whatsapp:\+/, ''),
    SmsStatus: 'received',
    Body: message.body,
    To: message.to,
    NumSegments: '1',
    ReferralNumMedia: '0',
    MessageSid: message.sid,
    AccountSid: account.accountSid,
    From: message.from,
    ApiVersion: API_VERSION,
    ...(original && { OriginalRepliedMessageSender: original.from, OriginalRepliedMessageSid: original.sid }),
  }
}
