import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { AddressRange } from './address-range.ts'
import { CallerConnection } from './caller-connection.ts'
import { Exchange } from './exchange.ts'
import type { ExchangeContext } from './exchange-context.ts'
import type { OwnRoutes } from './own-routes.ts'
import { answerProblem, type Problem, rawProblem } from './problem.ts'
import { decideRoute } from './request/route.ts'
import { explainUnreadable, type ParseError } from './unreadable-request.ts'

/** What the balancer's server works with. */
export interface Parts {
  context: ExchangeContext
  ownRoutes: OwnRoutes
  /** Who may say where its requests came from. */
  trustedHops: AddressRange
}

/** A connection that nobody uses is closed after this time; Node tells callers so in `Keep-Alive`. */
const KEEP_ALIVE_MS = 5_000
const HEAD_BYTES = 16_384
/** Node looks so often for heads that do not come. Seldom would mean many at a time, and each that is refused costs the others some 0.1 ms. */
const LOOK_MS = 100
const UNKNOWN_EXPECTATION: Problem = {
  status: 417,
  code: 'unknown_expectation',
  detail: 'The only expectation known here is 100-continue.',
  close: true,
}

/** The balancer as a server that does not listen yet: its own /healthz and /metrics, everything else to a backend. */
export function buildApp(parts: Parts): Server {
  const { limits } = parts.context
  const callers = new WeakMap<Socket, CallerConnection>()
  const server = createServer(
    {
      headersTimeout: limits.callerTimeoutMs,
      requestTimeout: limits.totalTimeoutMs,
      connectionsCheckingInterval: Math.min(LOOK_MS, limits.callerTimeoutMs / 4),
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEAD_BYTES,
      optimizeEmptyRequests: true,
      // An Upgrade header is ignored, as RFC 9110 §7.8 allows: the request is answered as the plain one it also is.
      shouldUpgradeCallback: () => false,
    },
    (request, response) => serve(parts, callers, { request, response }),
  )
  server.maxConnections = limits.maxConnections
  server.on('connection', (socket: Socket) => callers.set(socket, new CallerConnection(socket, parts.trustedHops)))
  // Whether it is granted is decided like everything else; it is granted when the body is wanted.
  server.on('checkContinue', (request, response) => serve(parts, callers, { request, response }))
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    if (!callers.get(request.socket)?.ending) refuse(callers.get(request.socket), response, UNKNOWN_EXPECTATION)
  })
  server.on('connect', (_, socket: Socket) =>
    socket.end(rawProblem({ status: 501, code: 'no_tunnels', detail: 'Tunnels are not offered.' })),
  )
  server.on('clientError', (error: ParseError, socket: Socket) => answerUnreadable(parts, callers.get(socket), { error, socket }))
  return server
}

interface Call {
  request: IncomingMessage
  response: ServerResponse
}

function serve(parts: Parts, callers: WeakMap<Socket, CallerConnection>, { request, response }: Call): void {
  const caller = callers.get(request.socket)
  // Node emits all requests of a packet, also those behind one whose answer ends the connection.
  if (caller?.ending) return
  const route = decideRoute(request)
  if (route.kind === 'forward') {
    const { target, host } = route
    caller?.enter(new Exchange(parts.context, { request, response, target, host, caller }), response)
  } else if (route.kind === 'own') parts.ownRoutes(request, response, route)
  else {
    const status = route.kind === 'refuse' ? route.problem.status : 204
    parts.context.metrics.answered('', status, 'balancer', 0)
    if (route.kind === 'refuse') refuse(caller, response, route.problem)
    else response.writeHead(204).end()
  }
}

function refuse(caller: CallerConnection | undefined, response: ServerResponse, problem: Problem): void {
  answerProblem(response, problem)
  if (problem.close) caller?.end()
}

/** Tells what was wrong, unless an answer is on its way on this connection already. */
function answerUnreadable(
  { context }: Parts,
  caller: CallerConnection | undefined,
  { error, socket }: { error: ParseError; socket: Socket },
): void {
  // It ended in the middle of a request: there is nobody to tell.
  if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE') {
    socket.destroy()
    return
  }
  const problem = explainUnreadable(error)
  if (caller?.refuse(problem)) return
  if (caller?.idle && socket.writable) {
    context.metrics.answered('', problem.status, 'balancer', 0)
    socket.end(rawProblem(problem))
  } else socket.destroy()
}
