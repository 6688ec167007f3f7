import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { basicCredentials, isSameSecret } from '../basic-credentials.ts'
import { applyFaults } from '../faults/apply-faults.ts'
import { takeParametersOnce } from '../single-parameters.ts'
import { boardRoutes } from './board-routes.ts'
import { ServiceNowError } from './servicenow-error.ts'
import type { ServiceNowOptions } from './servicenow-options.ts'
import { tableRoutes } from './table-routes.ts'

/** ServiceNow's Table API and a page to look at; every answer of the API is in its shape. Register it under `/servicenow`. */
export async function serviceNowRoutes(app: Service, options: ServiceNowOptions): Promise<void> {
  const { metrics, faults, account } = options
  app.addHook('onResponse', async (_request, reply) => metrics.requests.inc({ vendor: 'servicenow', status: String(reply.statusCode) }))
  takeParametersOnce(app)
  await boardRoutes(app, options)
  await app.register(
    async (api: Service) => {
      answerAsServiceNow(api)
      applyFaults(api, { vendor: 'servicenow', faults, errorOf: faultedError })
      api.addHook('onRequest', async (request) => authenticate(request, account))
      await tableRoutes(api, options)
    },
    { prefix: '/api/now/table' },
  )
}

function authenticate({ headers }: FastifyRequest, { user, password }: ServiceNowOptions['account']): void {
  const given = basicCredentials(headers.authorization)
  if (given?.user === user && isSameSecret(given.password, password)) return
  throw new ServiceNowError(401, 'User Not Authenticated', 'Required to provide Auth information')
}

function answerAsServiceNow(app: Service): void {
  app.setErrorHandler((error: Error & { statusCode?: number; status?: number }, request, reply) => {
    const status = error.status ?? error.statusCode ?? 500
    if (status === 401) reply.header('www-authenticate', 'BASIC realm="Service-now"')
    if (status >= 500) request.log.error({ err: error }, 'request failed')
    const detail = error instanceof ServiceNowError ? error.detail : status === 400 ? 'The payload is not valid JSON' : ''
    const message =
      error instanceof ServiceNowError ? error.message : status === 400 ? 'Exception while reading request' : 'Transaction cancelled'
    return reply.code(status).send({ error: { message, detail }, status: 'failure' })
  })
}

/** The instance's words for a status that a fault asks for; its limits count by the hour. */
function faultedError(status: number, retryAfterS: number | undefined, reply: FastifyReply): ServiceNowError {
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS))
  if (status === 401) return new ServiceNowError(401, 'User Not Authenticated', 'Required to provide Auth information')
  if (status !== 429) return new ServiceNowError(status, 'Transaction cancelled', 'maximum execution time exceeded')
  reply.header('x-ratelimit-limit', '10').header('x-ratelimit-rule', 'Table API')
  return new ServiceNowError(429, 'Rate limit exceeded', 'Rate limit of 10 requests per hour for Table API exceeded')
}
