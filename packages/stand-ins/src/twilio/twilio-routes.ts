import formbody from '@fastify/formbody'
import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { basicCredentials, isSameSecret } from '../basic-credentials.ts'
import { applyFaults } from '../faults/apply-faults.ts'
import type { Faults } from '../faults/faults.ts'
import type { Metrics } from '../metrics.ts'
import { decideMessage, type MessageForm } from './decide-message.ts'
import { listMessages } from './list-messages.ts'
import { API_VERSION, messageResource } from './message-resource.ts'
import type { MessageStore } from './message-store.ts'
import { createRequestWindow } from './request-window.ts'
import { createStatusCallbacks } from './status-callbacks.ts'
import type { TwilioAccount } from './twilio-account.ts'
import { TwilioError, twilioErrorBody } from './twilio-error.ts'

/**
 * Creates a second that the account may make. A WhatsApp sender carries 80 messages a second; Twilio queues what exceeds that
 * (https://www.twilio.com/docs/whatsapp/best-practices-and-faqs) and answers 429/20429 to an account that calls too much at once. The
 * stand-in keeps no such queue: both limits are this one.
 */
const CREATES_PER_SECOND = 80

interface TwilioOptions {
  account: TwilioAccount
  store: MessageStore
  metrics: Metrics
  faults: Faults
  now: () => number
}

/** Twilio's Messages resource; every answer, also to unknown paths, is in Twilio's shape. Register it under `/twilio`. */
export async function twilioRoutes(app: Service, { account, store, metrics, faults, now }: TwilioOptions): Promise<void> {
  const { accountSid } = account
  const window = createRequestWindow(CREATES_PER_SECOND)
  const callbacks = createStatusCallbacks(account)
  app.addHook('onClose', async () => callbacks.close())
  applyFaults(app, { vendor: 'twilio', faults, errorOf: faultedError })
  app.addHook('onRequest', async (request) => authenticate(request, account))
  app.addHook('onResponse', async (_request, reply) => metrics.requests.inc({ vendor: 'twilio', status: String(reply.statusCode) }))
  await acceptForms(app)
  answerAsTwilio(app)

  const base = `/${API_VERSION}/Accounts/${accountSid}`
  app.post(`${base}/Messages.json`, { config: { accepts: 'any' } }, async (request, reply) => {
    if (!window.take(now())) throw new TwilioError(429, 20429, 'Too Many Requests')
    const nowMs = now()
    const { statusCallback, ...message } = decideMessage(formOf(request), {
      sender: account.sender,
      nowMs,
      lastInboundMs: faults.isWindowClosed() ? () => undefined : store.lastInboundMs,
    })
    const stored = store.add({ ...message, direction: 'outbound-api', createdMs: nowMs, repliedTo: null })
    if (statusCallback) callbacks.follow(stored, statusCallback)
    return reply.code(201).send(messageResource(stored, accountSid, nowMs))
  })

  app.get(`${base}/Messages.json`, async (request) =>
    listMessages(request.query as Record<string, string | undefined>, { store, accountSid, nowMs: now() }),
  )

  app.get<{ Params: { file: string } }>(`${base}/Messages/:file`, async (request) => {
    const sid = /^(SM[\da-f]{32})\.json$/.exec(request.params.file)?.[1]
    const message = sid ? store.get(sid) : undefined
    if (!message) throw notFoundError(request)
    return messageResource(message, accountSid, now())
  })
}

/** The messages of codes 20003 are Twilio's own (https://www.twilio.com/docs/api/errors/20003). */
function authenticate(request: FastifyRequest, { accountSid, authToken }: TwilioAccount): void {
  const given = basicCredentials(request.headers.authorization)
  if (!given) throw new TwilioError(401, 20003, 'Authenticate')
  if (given.user !== accountSid) throw new TwilioError(401, 20003, 'Authentication Error - invalid username')
  if (!isSameSecret(given.password, authToken)) throw new TwilioError(401, 20003, 'Authenticate')
}

/** Anything but a form counts as an empty form: Twilio then misses `To` (https://www.twilio.com/docs/errors/21604). */
async function acceptForms(app: Service): Promise<void> {
  await app.register(formbody)
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, {}))
}

function answerAsTwilio(app: Service): void {
  app.setErrorHandler((error: Error & { statusCode?: number; status?: number }, request, reply) => {
    if (error instanceof TwilioError) {
      if (error.status === 401) reply.header('www-authenticate', 'Basic realm="Twilio API"')
      return reply.code(error.status).send(twilioErrorBody(error.status, error.code, error.message))
    }
    const status = error.status ?? error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'request failed')
    return reply
      .code(status)
      .send(twilioErrorBody(status, status >= 500 ? 20500 : 20001, status >= 500 ? 'Internal Server Error' : error.message))
  })
  app.setNotFoundHandler((request) => {
    throw notFoundError(request)
  })
}

function notFoundError(request: FastifyRequest): TwilioError {
  const path = request.url.replace(/^\/twilio/, '').split('?', 1)[0]
  return new TwilioError(404, 20404, `The requested resource ${path} was not found`)
}

function formOf(request: FastifyRequest): MessageForm {
  return (request.body ?? {}) as MessageForm // The form parser yields texts and lists of texts.
}

/** Twilio's words for a status that a fault asks for. */
function faultedError(status: number, retryAfterS: number | undefined, reply: FastifyReply): TwilioError {
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS))
  if (status === 429) return new TwilioError(429, 20429, 'Too Many Requests')
  return status >= 500
    ? new TwilioError(status, 20500, 'Internal Server Error')
    : new TwilioError(status, 20000 + (status % 1_000), 'Refused')
}
