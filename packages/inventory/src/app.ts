import type { LabError } from '@oncall-lab/service-kit/errors'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { FastifyError, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import { FaultRequest, LogsTail } from './api.ts'
import type { FaultSwitch } from './faults/fault-switch.ts'
import { CountedRepeats } from './logs/counted-repeats.ts'
import type { ErrorLog } from './logs/error-log.ts'
import { readLogTail } from './logs/log-tail.ts'
import { addAnswersInMemory } from './memory/answers-in-memory.ts'
import type { WorkingMemory } from './memory/working-memory.ts'
import type { Metrics, RequestWatch } from './metrics.ts'
import { addItemRoutes } from './routes/item-routes.ts'
import { addRandomEndpoint } from './routes/random-endpoint.ts'
import { StorageUnavailable } from './store/database-errors.ts'
import type { ItemStore } from './store/item-store.ts'
import type { Surroundings } from './surroundings.ts'

/** What the routes are made of. */
export interface InventoryParts {
  registry: Registry
  /** `NO_METRICS` builds an instance that measures nothing; then open the database without a `watch`, too. */
  metrics: Metrics
  store: ItemStore
  memory: WorkingMemory
  surroundings: Surroundings
  faults: FaultSwitch
  errorLog: ErrorLog
  /** The file that `errorLog` writes to. */
  logPath: string
  identity: InstanceIdentity
  /** Items are shown with their badges. */
  badges: boolean
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
  /** Where log lines go; standard output unless given. */
  log?: { write(line: string): unknown }
}

/** Which process this is and what it runs, as its supervisor gave it. */
interface InstanceIdentity {
  instance_id: string
  release: string
  commit: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null for the operators' requests. */
    watch: RequestWatch | null
  }
}

/** Our own routes, for the operators of the shop: not counted as customers' requests, and only for callers on this machine. */
const OPERATIONS = ['/healthz', '/metrics', '/logs/tail', '/faults']
const UNMATCHED = 'unmatched'

/** One inventory instance. The shop's routes answer under any Host header, because the load balancer forwards the customer's. */
export function buildApp(parts: InventoryParts): Service {
  const log = new CountedRepeats(parts.log ?? process.stdout)
  const app = buildService(parts.registry, {
    name: 'inventory',
    log,
    ...(parts.logLevel && { logLevel: parts.logLevel }),
    // The supervisor tells its own process from another one on the same port by this.
    health: () => ({ pid: process.pid, ...parts.identity }),
    isPublic: isCustomers,
  })
  observeRequests(app, parts)
  logFailures(app, parts)
  addAnswersInMemory(app, { ...parts, concerns: (request) => request.watch !== null })
  addItemRoutes(app, { ...parts, viewed: parts.metrics.viewed })
  addRandomEndpoint(app, parts.store)
  addOperations(app, parts)
  app.addHook('onClose', async () => {
    // In this order: what a fault holds of the store would keep it open.
    parts.faults[Symbol.dispose]()
    await parts.store[Symbol.asyncDispose]()
    log[Symbol.dispose]()
  })
  return app
}

function addOperations(app: Service, { logPath, faults }: InventoryParts): void {
  const querystring = Type.Object(
    {
      seconds: Type.Integer({ minimum: 1, maximum: 3_600, default: 15 }),
      limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 500 }),
    },
    { additionalProperties: false },
  )
  app.get('/logs/tail', { schema: { querystring, response: { 200: LogsTail } } }, ({ query }) =>
    readLogTail(logPath, { ...query, now: Date.now() }),
  )

  app.post('/faults', { schema: { body: FaultRequest } }, ({ body }) => {
    faults.turn(body)
    return { ok: true, ...body }
  })
}

/** Counts and times the customers' requests. */
function observeRequests(app: Service, { metrics, surroundings }: InventoryParts): void {
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (OPERATIONS.includes(url)) return
    const statuses = [...Object.keys((schema?.response as object) ?? {}).map(Number), 500, 503]
    for (const verb of [method].flat().filter((verb) => verb !== 'HEAD')) metrics.expect({ method: verb, route: url, statuses })
  })

  app.decorateRequest('watch', null)
  app.addHook('onRequest', async (request, reply) => {
    if (isOperation(request)) return
    const watch = metrics.arrived(request.headers['x-request-start'])
    request.watch = watch
    let isAnswered = false
    const end = (status: number) => {
      watch.ended({ method: request.method, route: routeOf(request), status, durationSeconds: reply.elapsedTime / 1_000 })
    }
    reply.raw.once('finish', () => {
      isAnswered = true
      end(reply.statusCode)
    })
    // 499 is nginx' word for a caller that left before the answer.
    reply.raw.once('close', () => isAnswered || end(499))
    await surroundings.waitForRequest?.(() => request.raw.socket.destroyed)
  })
  app.addHook('preHandler', (request, _reply, done) => (request.watch ? request.watch.handle(done) : done()))
  app.addHook('onSend', (request, _reply, payload, done) => {
    request.watch?.answered()
    done(null, payload)
  })
}

/** Writes the failures of the customers' requests to the shared log. */
function logFailures(app: Service, { errorLog }: InventoryParts): void {
  app.addHook('onError', async (request, _reply, error: FastifyError | LabError) => {
    const status = 'status' in error ? error.status : (error.statusCode ?? 500)
    if (status < 500 || isOperation(request)) return
    try {
      const origin = error instanceof StorageUnavailable && error.cause instanceof Error ? error.cause : error
      errorLog.record(origin, { method: request.method, route: routeOf(request), status })
    } catch (cause) {
      request.log.warn({ err: cause }, 'the error log cannot be written')
    }
  })
}

/** True for what cannot be one of OPERATIONS, however it is spelled: the router decodes %xx and takes `http://host/path`, too. */
function isCustomers(path: string): boolean {
  return /^\/(items|random-endpoint)(\/|$)/.test(path) || (/^\/[^%]*$/.test(path) && !OPERATIONS.includes(path))
}

function isOperation(request: FastifyRequest): boolean {
  return OPERATIONS.includes(routeOf(request))
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? UNMATCHED
}
