import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { basicCredentials, isSameSecret } from '../basic-credentials.ts'
import { applyFaults } from '../faults/apply-faults.ts'
import { takeParametersOnce } from '../single-parameters.ts'
import { browseRoutes } from './browse-routes.ts'
import { issueRoutes } from './issue-routes.ts'
import { JiraError } from './jira-error.ts'
import type { JiraOptions } from './jira-options.ts'
import type { JiraSite } from './jira-site.ts'
import { searchRoutes } from './search-routes.ts'
import { siteRoutes } from './site-routes.ts'

/** Jira Cloud's REST API v3 and the pages of its issues; every answer is in Jira's shape. Register it under `/jira`. */
export async function jiraRoutes(app: Service, options: JiraOptions): Promise<void> {
  const { metrics, faults } = options
  app.addHook('onResponse', async (_request, reply) => metrics.requests.inc({ vendor: 'jira', status: String(reply.statusCode) }))
  answerAsJira(app)
  takeParametersOnce(app, ['fields', 'reconcileIssues'])
  await browseRoutes(app, options)
  await app.register(
    async (api: Service) => {
      applyFaults(api, { vendor: 'jira', faults, errorOf: faultedError })
      api.addHook('onRequest', async (request) => authenticate(request, options.site))
      answerAsJira(api)
      await siteRoutes(api, options)
      await issueRoutes(api, options)
      await searchRoutes(api, options)
    },
    { prefix: '/rest/api/3' },
  )
}

/** Basic auth with the account's e-mail address and an API token (https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/). */
function authenticate(request: FastifyRequest, { email, apiToken }: JiraSite): void {
  const given = basicCredentials(request.headers.authorization)
  if (given?.user.toLowerCase() === email.toLowerCase() && isSameSecret(given.password, apiToken)) return
  throw new JiraError(401, { errorMessages: ['Client must be authenticated to access this resource.'] })
}

function answerAsJira(app: Service): void {
  app.setErrorHandler((error: Error & { statusCode?: number; status?: number }, request, reply) => {
    if (error instanceof JiraError) {
      const { status, errorMessages, errors } = error
      if (status === 401) reply.header('www-authenticate', 'Basic realm="Jira"').header('x-seraph-loginreason', 'AUTHENTICATED_FAILED')
      return reply.code(status).send({ errorMessages, errors })
    }
    const status = error.status ?? error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'request failed')
    return reply.code(status).send({ errorMessages: [messageFor(status, error)], errors: {} })
  })
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ errorMessages: [`No endpoint ${request.method} ${request.url.split('?', 1)[0]}.`], errors: {} }),
  )
}

function messageFor(status: number, error: Error): string {
  if (status === 400) return 'There was an error parsing JSON. Check that your request body is valid.'
  return status >= 500 ? 'Internal server error' : error.message
}

/** Jira's words for a status that a fault asks for (https://developer.atlassian.com/cloud/jira/platform/rate-limiting/). */
function faultedError(status: number, retryAfterS: number | undefined, reply: FastifyReply): JiraError {
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS))
  if (status !== 429) return new JiraError(status, { errorMessages: [status >= 500 ? 'Internal server error' : `Status ${status}`] })
  reply.header('ratelimit-reason', 'jira-burst-based').header('x-ratelimit-remaining', '0')
  return new JiraError(429, { errorMessages: ['Rate limit exceeded.'] })
}
