import type { Message, MessageDetail } from './message.ts'
import { API_VERSION } from './message-resource.ts'
import { type MessageStore, newMedia } from './message-store.ts'
import { joinsSandbox } from './sandbox.ts'
import type { TwilioAccount } from './twilio-account.ts'
import { messagesOfTwiml } from './twiml.ts'
import { callWebhook, type WebhookOutcome } from './webhook.ts'

interface Received {
  message: Message
  webhook: WebhookOutcome
}

/** What a person does on the phone. */
export interface Incoming {
  from: string
  body: string
  repliedTo: string | null
  media?: { content_type: string; data: string } | undefined
  reaction?: string | undefined
  button?: { text: string; payload?: string } | undefined
}

interface Context {
  account: TwilioAccount
  store: MessageStore
  now: () => number
  /** The address of this process, for media; Twilio's own is https://api.twilio.com. */
  base: string
}

/** A person's message reaches Twilio: it is kept, the person's window opens, the webhook is called, and TwiML in the answer is sent back. */
export async function receiveMessage(incoming: Incoming, context: Context): Promise<Received> {
  const { account, store, now } = context
  const { from, repliedTo, media, button, reaction } = incoming
  const more: MessageDetail = media ? { media: [newMedia(media.content_type, media.data)] } : {}
  const body = button?.text ?? reaction ?? incoming.body
  const message = store.add({ from, body, repliedTo, direction: 'inbound', to: account.sender, createdMs: now(), errorCode: null, more })
  const reply = (text: string) =>
    store.add({
      direction: 'outbound-reply',
      from: account.sender,
      to: from,
      body: [...text].slice(0, 1_600).join(''),
      createdMs: now(),
      errorCode: null,
      repliedTo: null,
    })
  if (account.sandbox && joinsSandbox(body)) {
    store.join(from, now())
    reply('Twilio Sandbox: You are all set! The sandbox can now send and receive messages.')
    return { message, webhook: { kind: 'answered', status: 200, body: '', contentType: '' } }
  }
  const webhook = await callWebhook(account.webhookUrl, webhookParams(message, incoming, context), account.authToken)
  if (webhook.kind === 'answered' && webhook.status < 300)
    for (const text of messagesOfTwiml(webhook.body, webhook.contentType) ?? []) reply(text)
  return { message, webhook }
}

/**
 * Twilio's request to an incoming-message webhook (https://www.twilio.com/docs/messaging/guides/webhook-request), with the fields that WhatsApp
 * adds. No page was found that describes reactions; here one is a text with the emoji that quotes its message.
 */
function webhookParams(message: Message, { button }: Incoming, { account, store, base }: Context): Record<string, string> {
  const original = message.repliedTo === null ? undefined : store.get(message.repliedTo)
  const media = message.more.media ?? []
  const mediaBase = `${base}/twilio/${API_VERSION}/Accounts/${account.accountSid}/Messages/${message.sid}/Media`
  return {
    SmsMessageSid: message.sid,
    NumMedia: String(media.length),
    ProfileName: message.from === account.user ? 'On call' : message.from.replace(/^whatsapp:/, ''),
    MessageType: button ? 'button' : (media[0]?.contentType.replace(/^application.*/, 'document').split('/')[0] ?? 'text'),
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
    ...Object.fromEntries(
      media.flatMap(({ sid, contentType }, at) => [
        [`MediaUrl${at}`, `${mediaBase}/${sid}`],
        [`MediaContentType${at}`, contentType],
      ]),
    ),
    ...(button && { ButtonText: button.text, ButtonPayload: button.payload ?? button.text }),
    ...(original && { OriginalRepliedMessageSender: original.from, OriginalRepliedMessageSid: original.sid }),
  }
}
