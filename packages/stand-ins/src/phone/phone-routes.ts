import { badInput } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { type PhoneConversation, type PhoneDelivery, PhoneMessage, PhoneRead } from '../api.ts'
import { servePage } from '../page-files.ts'
import { windowClosesMs } from '../twilio/decide-message.ts'
import { type Message, statusAt } from '../twilio/message.ts'
import type { MessageStore } from '../twilio/message-store.ts'
import { receiveMessage } from '../twilio/receive-message.ts'
import type { StatusCallbacks } from '../twilio/status-callbacks.ts'
import type { TwilioAccount } from '../twilio/twilio-account.ts'
import { messagesOfTwiml } from '../twilio/twiml.ts'
import type { WebhookOutcome } from '../twilio/webhook.ts'
import { createIncidentReader } from './incident-beside.ts'

interface PhoneOptions {
  account: TwilioAccount
  store: MessageStore
  callbacks: StatusCallbacks
  /** The tickets beside the conversation, each tracker's newest first, with addresses relative to this service. */
  listIssues: () => PhoneConversation['issues']
  /** Where the agent's API is, and the token that it asks for. */
  agent?: { url: string; token?: string | undefined } | undefined
  now: () => number
}

const SHOWN_MESSAGES = 300

/** The phone of the person on call: its page at `/`, its conversation, and writing on it. */
export async function phoneRoutes(app: Service, options: PhoneOptions): Promise<void> {
  const { account, store, now } = options
  servePage(app, { path: '/', name: 'phone', folder: import.meta.dirname })

  app.get('/phone/messages', { schema: { querystring: Type.Object({}, { additionalProperties: false }) } }, async () =>
    conversation(options),
  )

  const beside = createIncidentReader(options.agent?.url, options.agent?.token)
  app.addHook('onClose', () => beside[Symbol.asyncDispose]())
  app.get('/phone/incident', async () => beside.read(now()))

  app.post('/phone/messages', { schema: { body: PhoneMessage } }, async (request, reply) => {
    const { body = '', from = account.user, reply_to, media, reaction, button } = request.body
    if (body === '' && !media && !reaction && !button) throw badInput('body.body', 'is required without media, a reaction or a button')
    if ((reaction || button) && !reply_to) throw badInput('body.reply_to', 'is required with a reaction or a button')
    if (reply_to && !store.get(reply_to)) throw badInput('body.reply_to', 'is the SID of no message here')
    const { message, webhook } = await receiveMessage(
      { body, from, repliedTo: reply_to ?? null, media, reaction, button },
      { account, store, now, base: `${request.protocol}://${request.host}` },
    )
    const { status, ...delivery } = describeDelivery(webhook, account.webhookUrl)
    return reply.code(status).send({ sid: message.sid, ...delivery } satisfies PhoneDelivery)
  })

  app.post('/phone/read', { schema: { body: PhoneRead } }, async (request, reply) => {
    const message = store.get(request.body.sid)
    if (!message) throw badInput('body.sid', 'is the SID of no message here')
    markRead(message, options)
    return reply.code(204).send()
  })
}

/** All messages up to that one are read; Twilio tells so to whoever follows them. */
function markRead(upTo: Message, { account, store, callbacks, now }: PhoneOptions): void {
  for (const message of store.list({ to: account.user, untilMs: upTo.createdMs }, { limit: SHOWN_MESSAGES })) {
    if (statusAt(message, now()) !== 'delivered') continue
    store.update({ ...message, more: { ...message.more, readMs: now() } })
    callbacks.read(message)
  }
}

function conversation({ account, store, listIssues, now }: PhoneOptions): PhoneConversation {
  const page = { limit: SHOWN_MESSAGES }
  const nowMs = now()
  const messages = [...store.list({ to: account.user }, page), ...store.list({ from: account.user }, page)]
    .sort((a, b) => a.createdMs - b.createdMs || (a.direction === 'inbound' ? -1 : 1))
    .slice(-SHOWN_MESSAGES)
  const closesMs = windowClosesMs(store.lastInboundMs(account.user))
  return {
    phone: account.user,
    agent: account.sender,
    window_closes_at: closesMs === undefined ? null : new Date(closesMs).toISOString(),
    messages: messages.map((message) => {
      const status = statusAt(message, nowMs)
      return {
        sid: message.sid,
        direction: message.direction === 'inbound' ? 'out' : 'in',
        body: message.body,
        at: new Date(message.createdMs).toISOString(),
        status,
        error_code: status === 'undelivered' ? message.errorCode : null,
        replied_to: message.repliedTo,
      }
    }),
    issues: listIssues(),
  }
}

/** 11200 is Twilio's "HTTP retrieval failure" (https://www.twilio.com/docs/api/errors/11200): the message is kept, the webhook did not take it. */
function describeDelivery(webhook: WebhookOutcome, url: string): Omit<PhoneDelivery, 'sid'> & { status: number } {
  if (webhook.kind === 'unreachable') {
    const detail = `Twilio error 11200: the webhook ${url} gave no answer (${webhook.reason}). The message is listed and was not delivered.`
    return { status: 502, webhook: { status: null, body: '' }, detail }
  }
  const { status, body, contentType } = webhook
  if (status >= 200 && status < 300) {
    const isTwiml = messagesOfTwiml(body, contentType) !== undefined
    const detail = `Twilio warning 12300: the webhook ${url} answered as ${contentType || 'no content type'}, which is no TwiML; nothing is sent.`
    return { status: 200, webhook: { status, body }, ...(!isTwiml && { detail }) }
  }
  const detail = `Twilio error 11200: the webhook ${url} answered with ${status}. The message is listed and was not taken.`
  return { status: status >= 400 ? status : 502, webhook: { status, body }, detail }
}
