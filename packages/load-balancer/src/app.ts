import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import type { LoadBalancerHealth } from './api.ts'
import type { BackendSet } from './backend-set.ts'
import { forward } from './forward.ts'
import type { Metrics } from './metrics.ts'
import { answerProblem } from './problem.ts'
import { decideRoute } from './route.ts'

/** What the balancer's server works with. */
export interface Parts {
  backends: BackendSet
  metrics: Metrics
  registry: Registry
}

const LIMITS = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 60_000 }

/** The balancer as a server that does not listen yet: its own /healthz and /metrics, everything else to a backend. */
export function buildApp(parts: Parts): Server {
  const server = createServer(LIMITS, (request, response) => serve(parts, request, response))
  server.maxConnections = 10_000
  // Tunnels are not offered. An Upgrade header is ignored, as RFC 9110 §7.8 allows: the request is answered as the plain one it also is.
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'))
  return server
}

function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): void {
  const route = decideRoute(request)
  if (route.kind === 'own') {
    void (route.reason === 'health' ? answerHealth(parts, request, response) : answerMetrics(parts, request, response))
    return
  }
  count(parts.metrics, response)
  if (route.kind === 'forward') forward({ ...parts, ...route, request, response })
  else if (route.kind === 'server_options') response.writeHead(204).end()
  else {
    const { status, reason, detail, close } = route
    answerProblem(response, { status, code: reason, detail, headers: close ? { connection: 'close' } : {} })
  }
}

function count(metrics: Metrics, response: ServerResponse): void {
  const begun = performance.now()
  response.on('close', () => metrics.answered(response.headersSent ? response.statusCode : 499, (performance.now() - begun) / 1_000))
}

function answerHealth({ backends }: Parts, { method }: IncomingMessage, response: ServerResponse): void {
  if (refuseWrites(method, response)) return
  const health: LoadBalancerHealth = { ok: backends.size > 0, backends: backends.urls() }
  response.writeHead(health.ok ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(health))
}

async function answerMetrics({ registry }: Parts, { method }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (refuseWrites(method, response)) return
  const text = await registry.metrics()
  response.writeHead(200, { 'content-type': registry.contentType }).end(text)
}

function refuseWrites(method: string | undefined, response: ServerResponse): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const detail = 'Only GET and HEAD are known here.'
  answerProblem(response, { status: 405, code: 'method_not_allowed', detail, headers: { allow: 'GET, HEAD' } })
  return true
}
