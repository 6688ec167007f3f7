import { randomUUID } from 'node:crypto'
import formbody from '@fastify/formbody'
import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { basicCredentials, isSameSecret } from '../basic-credentials.ts'
import { applyFaults } from '../faults/apply-faults.ts'
import { takeParametersOnce } from '../single-parameters.ts'
import { accountRoutes } from './account-routes.ts'
import { messageRoutes } from './message-routes.ts'
import type { StatusCallbacks } from './status-callbacks.ts'
import { API_KEY, type TwilioAccount } from './twilio-account.ts'
import { notFoundError, TwilioError, twilioErrorBody } from './twilio-error.ts'
import type { TwilioOptions } from './twilio-options.ts'

/** Twilio's Messages resource, the account and its templates; every answer, also to unknown paths, is in Twilio's shape. Register it under `/twilio`. */
export async function twilioRoutes(app: Service, options: TwilioOptions & { callbacks: StatusCallbacks }): Promise<void> {
  const { account, metrics, faults } = options
  applyFaults(app, { vendor: 'twilio', faults, errorOf: faultedError })
  app.addHook('onRequest', async (request) => authenticate(request, account))
  takeParametersOnce(app)
  app.addHook('onSend', async (_request, reply) => {
    reply.header('twilio-request-id', `RQ${randomUUID().replaceAll('-', '')}`)
  })
  app.addHook('onResponse', async (_request, reply) => metrics.requests.inc({ vendor: 'twilio', status: String(reply.statusCode) }))
  await acceptForms(app)
  answerAsTwilio(app)
  await messageRoutes(app, options)
  await accountRoutes(app, account)
}

/** The messages of codes 20003 are Twilio's own (https://www.twilio.com/docs/api/errors/20003). */
function authenticate(request: FastifyRequest, { accountSid, authToken }: TwilioAccount): void {
  const given = basicCredentials(request.headers.authorization)
  if (!given) throw new TwilioError(401, 20003, 'Authenticate')
  if (given.user === API_KEY.sid && isSameSecret(given.password, API_KEY.secret)) return
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

/** Twilio's words for a status that a fault asks for. */
function faultedError(status: number, retryAfterS: number | undefined, reply: FastifyReply): TwilioError {
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS))
  if (status === 429) return new TwilioError(429, 20429, 'Too Many Requests')
  return status >= 500
    ? new TwilioError(status, 20500, 'Internal Server Error')
    : new TwilioError(status, 20000 + (status % 1_000), 'Refused')
}
