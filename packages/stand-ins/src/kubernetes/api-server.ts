import { createHash, timingSafeEqual } from 'node:crypto'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { nestsTooDeep } from '@oncall-lab/service-kit/json-nesting'
import { refuseTunnels } from '@oncall-lab/service-kit/refuse-tunnels'
import { createLog } from '@oncall-lab/service-kit/service'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import type { Certificate } from './certificate.ts'
import type { Cluster } from './cluster.ts'
import type { Account } from './decide-access.ts'
import { addDiscovery } from './discovery-routes.ts'
import type { FleetClient } from './fleet-client.ts'
import { kubeMetrics } from './kube-metrics.ts'
import { addObjects } from './object-routes.ts'
import { createPodLog } from './pod-log.ts'
import { badRequest, pathNotFound, StatusError } from './status-error.ts'

/** What the API is served with. */
export interface ApiServerOptions {
  cluster: Cluster
  fleet: FleetClient
  certificate: Certificate
  /** By bearer token. */
  accounts: ReadonlyMap<string, Account>
  now: () => number
  logLevel: string
}

/** The Kubernetes API over TLS: what kubectl and clients need of it, see docs/kubernetes.md. */
export function buildApiServer({ cluster, fleet, certificate, accounts, now, logLevel }: ApiServerOptions): FastifyInstance {
  const log: FastifyBaseLogger = createLog('kubernetes', logLevel)
  const secure = Fastify({
    https: { cert: certificate.cert, key: certificate.key },
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_048_576,
    forceCloseConnections: true,
    // A parameter that is given twice counts once, as it does for the API server.
    routerOptions: { querystringParser: (text) => Object.fromEntries([...new URLSearchParams(text)].toReversed()) },
  })
  // The type of an app names its server's; nothing here depends on it.
  const app = secure as unknown as FastifyInstance
  refuseTunnels(app.server)
  app.removeAllContentTypeParsers()
  // Bodies in YAML or protobuf reach the routes unread, which refuse them by their type.
  app.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json(?:;|$)/, { parseAs: 'string' }, (_request, body, done) => {
    if (nestsTooDeep(body.toString())) return done(badRequest('the body is nested too deep'))
    try {
      done(null, body === '' ? undefined : JSON.parse(body.toString()))
    } catch (error) {
      done(badRequest(`couldn't parse the body as JSON: ${describeError(error)}`))
    }
  })
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume()
    done(null, undefined)
  })
  app.setErrorHandler((error, _request, reply) => {
    const status = asStatus(error)
    if (status.code >= 500) app.log.error({ err: error }, 'a request failed')
    return reply.code(status.code).send(status.toStatus())
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(pathNotFound().toStatus()))

  const accountOf = (request: FastifyRequest) => authenticate(request, accounts)
  // `/metrics` stands for kube-state-metrics, which asks for no token.
  const isOpen = (url: string) => /^\/(?:version|livez|readyz|healthz|metrics)(?:\?|$)/.test(url)
  app.addHook('onRequest', async (request) => {
    if (!isOpen(request.url)) accountOf(request)
  })
  addDiscovery(app)
  app.get('/metrics', async (_request, reply) => {
    await cluster.refresh()
    const { type, text } = await kubeMetrics(cluster)
    return reply.type(type).send(text)
  })
  addObjects(app, { cluster, log: createPodLog(cluster, fleet, now), accountOf, now })
  return app
}

const hashOf = (text: string) => createHash('sha256').update(text).digest()

/** @throws StatusError 401 */
function authenticate({ headers }: FastifyRequest, accounts: ReadonlyMap<string, Account>): Account {
  const given = /^Bearer (\S{1,4096})$/.exec(headers.authorization ?? '')?.[1]
  if (given !== undefined) for (const [token, account] of accounts) if (timingSafeEqual(hashOf(given), hashOf(token))) return account
  throw new StatusError(401, 'Unauthorized', 'Unauthorized')
}

function asStatus(error: unknown): StatusError {
  if (error instanceof StatusError) return error
  if (error instanceof LabError)
    return new StatusError(503, 'ServiceUnavailable', `the fleet behind this cluster cannot be asked: ${error.message}`)
  const { statusCode } = error as { statusCode?: number }
  if (statusCode !== undefined && statusCode < 500) return new StatusError(statusCode, 'BadRequest', describeError(error))
  return new StatusError(500, 'InternalError', 'an error on the server has prevented the request from succeeding')
}
