import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyRequest } from 'fastify'
import { decideMessage, type MessageForm } from './decide-message.ts'
import { listMessages } from './list-messages.ts'
import { type Message, type MessageDetail, statusAt } from './message.ts'
import { API_VERSION, messageResource, rfc2822 } from './message-resource.ts'
import { newMedia } from './message-store.ts'
import { TRIAL_MESSAGES_A_DAY } from './sandbox.ts'
import { createSendQueue } from './send-queue.ts'
import type { StatusCallbacks } from './status-callbacks.ts'
import { notFoundError, TwilioError } from './twilio-error.ts'
import type { TwilioOptions } from './twilio-options.ts'

/** Messages that a WhatsApp sender carries in a second. */
const MESSAGES_PER_SECOND = 80
const DAY_MS = 86_400_000
const PENDING = ['queued', 'scheduled']

type OfMessage = { Params: { sid: string } }

/** Twilio's Messages resource with its media. */
export async function messageRoutes(app: Service, options: TwilioOptions & { callbacks: StatusCallbacks }): Promise<void> {
  const { account, store, now, faults, callbacks } = options
  const { accountSid } = account
  const queue = createSendQueue(MESSAGES_PER_SECOND)
  const base = `/${API_VERSION}/Accounts/${accountSid}`
  const show = (message: Message) => messageResource(message, accountSid, now())

  function messageOf(request: FastifyRequest): Message {
    const { sid = '' } = request.params as { sid?: string }
    const message = store.get(sid)
    if (!message) throw notFoundError(request)
    return message
  }

  app.post(`${base}/Messages.json`, { config: { accepts: 'any' } }, async (request, reply) => {
    const nowMs = now()
    refuseTrialLimit(nowMs)
    const { statusCallback, mediaUrls, more, ...message } = decideMessage(formOf(request), {
      sender: account.sender,
      nowMs,
      lastInboundMs: faults.holds('window_closed') ? () => undefined : store.lastInboundMs,
      sandbox: account.sandbox ? { joinedMs: store.joinedMs, previousMs: previousMs() } : undefined,
    })
    const queuedMs = more.queuedMs ?? queue.enter(nowMs)
    const media = mediaUrls.map(() => newMedia('application/octet-stream', ''))
    const detail: MessageDetail = { ...more, ...(queuedMs > 0 && { queuedMs }), ...(media.length > 0 && { media }) }
    const stored = store.add({ ...message, direction: 'outbound-api', createdMs: nowMs, repliedTo: null, more: detail })
    if (statusCallback) callbacks.follow(stored, statusCallback)
    return reply.code(201).send(show(stored))
  })

  const previousMs = () => store.list({ from: account.sender }, { limit: 1 })[0]?.createdMs

  function refuseTrialLimit(nowMs: number): void {
    if (!account.sandbox) return
    const sent = store.list({ from: account.sender, sinceMs: nowMs - DAY_MS }, { limit: TRIAL_MESSAGES_A_DAY })
    if (sent.length < TRIAL_MESSAGES_A_DAY) return
    throw new TwilioError(429, 63038, `Account exceeded the ${TRIAL_MESSAGES_A_DAY} daily messages limit`)
  }

  app.get(`${base}/Messages.json`, async (request) =>
    listMessages(request.query as Record<string, string | undefined>, { store, accountSid, nowMs: now() }),
  )

  app.get<OfMessage>(`${base}/Messages/:sid.json`, async (request) => show(messageOf(request)))

  app.post<OfMessage>(`${base}/Messages/:sid.json`, { config: { accepts: 'any' } }, async (request) => {
    const message = messageOf(request)
    const form = formOf(request)
    const isPending = PENDING.includes(statusAt(message, now()))
    const isScheduled = statusAt(message, now()) === 'scheduled'
    if (form.Status === 'canceled' && !isScheduled) throw new TwilioError(400, 30409, 'Message is not in a cancelable state')
    // https://www.twilio.com/docs/api/errors/20009
    if (form.Body === '' && isPending) throw new TwilioError(409, 20009, 'Cannot update this resource before it is complete.')
    if (form.Body) throw new TwilioError(400, 20001, 'Body can only be updated to an empty text')
    const updated = {
      ...message,
      ...(form.Body === '' && { body: '' }),
      more: { ...message.more, ...(form.Status === 'canceled' && { canceled: true }) },
    }
    store.update(updated)
    return show(updated)
  })

  app.delete<OfMessage>(`${base}/Messages/:sid.json`, { config: { accepts: 'any' } }, async (request, reply) => {
    const message = messageOf(request)
    if (PENDING.includes(statusAt(message, now()))) throw new TwilioError(409, 20009, 'Cannot delete this resource before it is complete.')
    store.remove(message.sid)
    return reply.code(204).send()
  })

  // Kept nowhere: it is for Twilio's own figures (https://www.twilio.com/docs/messaging/api/messagefeedback-resource).
  app.post<OfMessage>(`${base}/Messages/:sid/Feedback.json`, { config: { accepts: 'any' } }, async (request, reply) => {
    const { sid } = messageOf(request)
    const { Outcome: outcome = 'confirmed' } = formOf(request)
    if (outcome !== 'confirmed' && outcome !== 'unconfirmed') throw new TwilioError(400, 20001, 'Invalid Outcome')
    const at = rfc2822(now())
    const uri = `${base}/Messages/${sid}/Feedback.json`
    return reply.code(201).send({ account_sid: accountSid, message_sid: sid, outcome, date_created: at, date_updated: at, uri })
  })

  app.get<OfMessage>(`${base}/Messages/:sid/Media.json`, async (request) => {
    const message = messageOf(request)
    const uri = `${base}/Messages/${message.sid}/Media.json?PageSize=50&Page=0`
    const list = (message.more.media ?? []).map((media) => mediaResource(message, media, base))
    return {
      end: Math.max(0, list.length - 1),
      first_page_uri: uri,
      media_list: list,
      next_page_uri: null,
      page: 0,
      page_size: 50,
      previous_page_uri: null,
      start: 0,
      uri,
    }
  })

  app.get<{ Params: { sid: string; file: string } }>(`${base}/Messages/:sid/Media/:file`, async (request, reply) => {
    const message = messageOf(request)
    const [sid, form] = request.params.file.split('.')
    const media = message.more.media?.find((each) => each.sid === sid)
    if (!media) throw notFoundError(request)
    if (form === 'json') return mediaResource(message, media, base)
    return reply.type(media.contentType).header('x-content-type-options', 'nosniff').send(Buffer.from(media.data, 'base64'))
  })
}

function mediaResource({ sid: parent, createdMs }: Message, { sid, contentType }: { sid: string; contentType: string }, base: string) {
  return {
    account_sid: base.split('/').at(-1),
    content_type: contentType,
    date_created: rfc2822(createdMs),
    date_updated: rfc2822(createdMs),
    parent_sid: parent,
    sid,
    uri: `${base}/Messages/${parent}/Media/${sid}.json`,
  }
}

function formOf(request: FastifyRequest): MessageForm {
  return (request.body ?? {}) as MessageForm // The form parser yields texts and lists of texts.
}
