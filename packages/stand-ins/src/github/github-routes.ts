import { createHash, randomUUID } from 'node:crypto'
import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isSameSecret } from '../basic-credentials.ts'
import { applyFaults } from '../faults/apply-faults.ts'
import type { Faults } from '../faults/faults.ts'
import type { Metrics } from '../metrics.ts'
import { takeParametersOnce } from '../single-parameters.ts'
import { GitHubError, githubErrorBody } from './github-error.ts'
import { type Caller, createRateLimit, type RateLimit, rateLimitHeaders } from './rate-limit.ts'
import { repositoryRoutes } from './repository-routes.ts'
import type { SourceTree } from './source-tree.ts'

/** What every route of the stand-in of GitHub works on. */
export interface GitHubOptions {
  repository: { owner: string; repo: string; token: string }
  tree: SourceTree
  metrics: Metrics
  faults: Faults
  now: () => number
}

/** GitHub's REST API for one repository, read-only; every answer is in GitHub's shape. Register it under `/github`. */
export async function githubRoutes(app: Service, options: GitHubOptions): Promise<void> {
  const { metrics, faults, now, repository } = options
  const rateLimit = createRateLimit()
  app.addHook('onResponse', async (_request, reply) => metrics.requests.inc({ vendor: 'github', status: String(reply.statusCode) }))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-github-request-id', requestId())
    demandHeaders(request)
  })
  app.addHook('onRequest', async (request, reply) => admit(request, reply, { token: repository.token, rateLimit, now }))
  applyFaults(app, { vendor: 'github', faults, errorOf: faultedError })
  app.addHook('onSend', async (request, reply, payload) =>
    answerConditionally(request, reply, payload, { rateLimit, now, token: repository.token }),
  )
  answerAsGitHub(app)
  takeParametersOnce(app)

  app.get('/rate_limit', async (request) => {
    const { limit, used, reset } = rateLimit.peek(callerOf(request, repository.token), now())
    const core = { limit, used, remaining: limit - used, reset, resource: 'core' }
    const search = { ...core, limit: SEARCHES_A_MINUTE, used: 0, remaining: SEARCHES_A_MINUTE, resource: 'search' }
    return { resources: { core, search }, rate: core }
  })
  app.get('/user', async (request) => {
    if (callerOf(request, repository.token).kind === 'anonymous') throw new GitHubError(401, 'Requires authentication')
    return { login: 'oncall-agent', id: 2, node_id: 'U_2', type: 'User', site_admin: false }
  })
  await repositoryRoutes(app, options)
}

/** Its own limit (https://docs.github.com/en/rest/search/search#rate-limit); searches are not counted here. */
const SEARCHES_A_MINUTE = 30
/** https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const VERSIONS = ['2022-11-28', '2026-03-10']

/** As GitHub writes one: `C2A1:3F5B:1A2B3C4:5D6E7F8:6AA4B2C1`. */
const requestId = () => {
  const hex = randomUUID().replaceAll('-', '').toUpperCase()
  return [hex.slice(0, 4), hex.slice(4, 8), hex.slice(8, 15), hex.slice(15, 22), hex.slice(22, 30)].join(':')
}

/** @throws GitHubError 403 without a User-Agent, 400 for an API version that is none. */
function demandHeaders({ headers }: FastifyRequest): void {
  if (!headers['user-agent'])
    throw new GitHubError(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.')
  const version = headers['x-github-api-version']
  if (version !== undefined && !VERSIONS.includes(String(version)))
    throw new GitHubError(400, `The API version "${String(version)}" is not supported.`)
}

interface Gate {
  token: string
  rateLimit: RateLimit
  now: () => number
}

/** `token` and `Bearer` are the same (https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api). @throws GitHubError 401 for another token. */
function callerOf({ headers, ip }: FastifyRequest, token: string): Caller {
  if (headers.authorization === undefined) return { kind: 'anonymous', address: ip }
  const given = /^(?:token|bearer)\s+(\S+)$/i.exec(headers.authorization)?.[1]
  if (given !== undefined && isSameSecret(given, token)) return { kind: 'token' }
  throw new GitHubError(401, 'Bad credentials')
}

function admit(request: FastifyRequest, reply: FastifyReply, { token, rateLimit, now }: Gate): void {
  const caller = callerOf(request, token)
  const isFree = request.url.split('?', 1)[0]?.endsWith('/rate_limit')
  const admitted = isFree || rateLimit.take(caller, now())
  reply.headers(rateLimitHeaders(rateLimit.peek(caller, now())))
  if (admitted) return
  const whose =
    caller.kind === 'token'
      ? 'user ID 1.'
      : `${caller.address}. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)`
  throw new GitHubError(403, `API rate limit exceeded for ${whose}`, { page: '/overview/rate-limits-for-the-rest-api' })
}

/** ETag and 304; a 304 does not count against a caller with a token (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate). */
function answerConditionally(request: FastifyRequest, reply: FastifyReply, payload: unknown, { rateLimit, now, token }: Gate): unknown {
  if (reply.statusCode !== 200 || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload
  const etag = `"${createHash('sha256').update(payload).digest('hex')}"`
  reply.header('etag', etag).header('cache-control', 'private, max-age=60, s-maxage=60').header('vary', 'Accept, Authorization')
  const known = String(request.headers['if-none-match'] ?? '').split(',')
  if (!known.some((tag) => tag.trim().replace(/^W\//, '') === etag)) return payload
  const caller = callerOf(request, token)
  if (caller.kind === 'token') rateLimit.refund(caller, now())
  reply
    .code(304)
    .headers(rateLimitHeaders(rateLimit.peek(caller, now())))
    .removeHeader('content-length')
    .removeHeader('content-type')
  return null
}

function answerAsGitHub(app: Service): void {
  app.setErrorHandler((error: Error & { statusCode?: number; status?: number }, request, reply) => {
    if (error instanceof GitHubError) return reply.code(error.status).send(githubErrorBody(error))
    const status = error.status ?? error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'request failed')
    return reply.code(status).send(githubErrorBody(new GitHubError(status, status >= 500 ? 'Server Error' : error.message)))
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(githubErrorBody(new GitHubError(404, 'Not Found'))))
}

/** GitHub's words for a status that a fault asks for; 403 and 429 are its secondary limit (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits). */
function faultedError(status: number, retryAfterS: number | undefined, reply: FastifyReply): GitHubError {
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS))
  if (status !== 403 && status !== 429) return new GitHubError(status, status >= 500 ? 'Server Error' : `Status ${status}`)
  return new GitHubError(status, SECONDARY_LIMIT, { page: SECONDARY_PAGE })
}

const SECONDARY_LIMIT = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
const SECONDARY_PAGE = '/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits'
