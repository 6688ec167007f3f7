import type { IncomingMessage, ServerResponse } from 'node:http'
import { decideBrowser, hostNameIn, LOOPBACK_HOSTS } from '@oncall-lab/service-kit/browser-guard'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { LoadBalancerHealth } from './api.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { answerProblem, type Problem } from './problem.ts'
import type { Route } from './request/route.ts'

/** What the balancer's own routes tell of. */
export interface OwnRoutesParts {
  context: ExchangeContext
  registry: Registry
  /** Seconds since the list of backends was last confirmed, null when it never was. */
  listAge: () => number | null
  log: Logger
}

/** Answers a request for a route of the balancer's own. */
export type OwnRoutes = (request: IncomingMessage, response: ServerResponse, route: OwnRoute) => void
type OwnRoute = Extract<Route, { kind: 'own' }>

/** `GET /healthz` and `GET /metrics` of the balancer, guarded as the service kit guards those of the others, but without its framework: that would be 8 MB for two routes. */
export function buildOwnRoutes({ context, registry, listAge, log }: OwnRoutesParts): OwnRoutes {
  const { backends } = context
  const health = (): LoadBalancerHealth => ({
    ok: backends.all.length > 0,
    backends: backends.urls(),
    available: backends.available().map(({ url }) => url),
    panic: backends.panicking,
    list_age_seconds: listAge(),
  })

  function answerHealth(response: ServerResponse): void {
    const state = health()
    send(response, state.ok ? 200 : 503, 'application/json; charset=utf-8', JSON.stringify(state))
  }

  async function answerMetrics(response: ServerResponse): Promise<void> {
    try {
      send(response, 200, registry.contentType, await registry.metrics())
    } catch (error) {
      log.error({ err: error }, 'no metrics')
      answerProblem(response, { status: 500, code: 'internal_error', detail: 'The metrics cannot be read; the log says why.' })
    }
  }

  return (request, response, { shows, host }) => {
    const refusal = decideRefusal(request, host)
    if (refusal) answerProblem(response, refusal)
    else if (shows === 'health') answerHealth(response)
    else void answerMetrics(response)
  }
}

function decideRefusal({ method = '', url, headers }: IncomingMessage, host = ''): Problem | null {
  const name = hostNameIn(host)
  if (!LOOPBACK_HOSTS.includes(name)) {
    const detail = `This service is not addressed as ${JSON.stringify(name)}; call it as ${LOOPBACK_HOSTS.join(' or ')}`
    return { status: 421, code: 'unknown_host', detail }
  }
  const foreign = decideBrowser({ method, headers, hosts: LOOPBACK_HOSTS, accepts: 'json' })
  if (foreign?.status === 403) return foreign
  if (method === 'GET' || method === 'HEAD') return null
  return { status: 404, code: 'no_such_route', detail: `There is no ${method} ${url} here.` }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, ['Content-Type', type, 'Content-Length', String(Buffer.byteLength(body))]).end(body)
}
