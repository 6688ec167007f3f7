import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Ajv, type ValidateFunction } from 'ajv'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import type { DestinationStream, Logger } from 'pino'
import type { Registry } from 'prom-client'
import { type AcceptedBodies, decideBrowser, hostNameIn, LOOPBACK_HOSTS } from './browser-guard.ts'
import { LabError } from './errors.ts'
import { nestsTooDeep, tooDeep } from './json-nesting.ts'
import { createLog } from './log.ts'
import { refuseTunnels } from './refuse-tunnels.ts'

export { createLog } from './log.ts'
export { createRegistry } from './registry.ts'

/** A Fastify app whose schemas are TypeBox. */
export type Service = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, Logger, TypeBoxTypeProvider>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The content types that this route takes, see browser-guard.ts; JSON unless given. */
    accepts?: AcceptedBodies
  }
}

interface ServiceOptions {
  name: string
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
  /** Where log lines go; standard output unless given. */
  log?: DestinationStream
  /** What `GET /healthz` answers beside `{ok: true}`; with `ok: false` the status is 503. */
  health?: () => object
  /** Names beside the loopback ones under which callers may address this service (the Host header). */
  allowedHosts?: string[]
  /** Says which paths may be called under whatever name, e.g. a vendor's webhook through a tunnel. */
  isPublic?: (path: string) => boolean
  /** The longest body that is read; 1 MB unless given. A route may take longer ones. */
  bodyBytes?: number
}

/**
 * The shell of every service: `GET /healthz`, `GET /metrics`, strict input validation, error replies as problem details
 * (RFC 9457, with `code` and `field`), finite time-outs. Requests under a foreign Host header are refused with 421, which keeps tunnels and DNS rebinding
 * away, and requests of foreign web pages with 403 or 415 (browser-guard.ts).
 */
export function buildService(
  registry: Registry,
  { name, logLevel = 'info', log, health = () => ({}), allowedHosts = [], isPublic = () => false, bodyBytes = 1_048_576 }: ServiceOptions,
): Service {
  const app: Service = Fastify({
    loggerInstance: createLog(name, logLevel, log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytes,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    forceCloseConnections: 'idle',
    http: { headersTimeout: 10_000 },
  }).withTypeProvider<TypeBoxTypeProvider>()

  const hosts = [...LOOPBACK_HOSTS, ...allowedHosts.map((name) => name.trim().toLowerCase()).filter(Boolean)]
  acceptOnlyKnownHosts(app, hosts, isPublic)
  refuseForeignPages(app, hosts)
  refuseTunnels(app.server)
  refuseDeepBodies(app)
  validateStrictly(app)
  answerErrorsAsProblems(app)
  logRoutes(app)
  app.get('/healthz', (_request, reply) => {
    const state = { ok: true, ...health() }
    return reply.code(state.ok ? 200 : 503).send(state)
  })
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
  return app
}

function acceptOnlyKnownHosts(app: Service, hosts: string[], isPublic: (path: string) => boolean): void {
  app.addHook('onRequest', async (request) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const host = hostNameIn(request.headers.host)
    if (hosts.includes(host) || isPublic(path)) return
    throw new LabError(`This service is not addressed as ${JSON.stringify(host.slice(0, 100))}; call it as ${hosts.join(' or ')}`, {
      code: 'unknown_host',
      status: 421,
    })
  })
}

/** At the level `debug`: what this process answers, which the browser test attacks. */
function logRoutes(app: Service): void {
  const routes: { method: string; url: string }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((verb) => ({ method: verb, url })))
  })
  app.addHook('onReady', async () => app.log.debug({ routes }, 'routes'))
}

/** Also on public paths: what calls them from outside is a vendor's program, never a browser. */
function refuseForeignPages(app: Service, hosts: string[]): void {
  app.addHook('onRequest', async ({ method, headers, routeOptions, is404 }) => {
    const refusal = decideBrowser({ method, headers, hosts, accepts: routeOptions.config?.accepts ?? 'json' })
    // A route that does not exist changes nothing, so there the 404 says more than the content type would.
    if (!refusal || (is404 && refusal.status === 415)) return
    throw new LabError(refusal.detail, { code: refusal.code, status: refusal.status })
  })
}

/** Values that are nested too deep fail wherever something goes into them: they are refused before they are read. */
function refuseDeepBodies(app: Service): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (nestsTooDeep(String(body))) done(tooDeep())
    else void parse(request, String(body), done)
  })
}

/** Bodies are taken literally ("3" is no number); query strings, paths and headers, which are always text, are converted. */
function validateStrictly(app: Service): void {
  const shared = { removeAdditional: false, useDefaults: true, allErrors: false, meta: false, validateSchema: false } as const
  const literal = new Ajv({ ...shared, coerceTypes: false })
  const converting = new Ajv({ ...shared, coerceTypes: true })
  app.setValidatorCompiler(({ schema, httpPart }) => {
    return onFirstUse(() => {
      const checkLiterally = literal.compile(schema as object)
      return httpPart === 'body' ? checkLiterally : inTurn(converting.compile(schema as object), checkLiterally)
    })
  })
  app.setSchemaErrorFormatter((problems, part) => {
    const [first] = problems
    const inner = first?.instancePath.replaceAll('/', '.') ?? ''
    const extra = first?.keyword === 'additionalProperties' ? `.${first.params.additionalProperty}` : ''
    const missing = first?.keyword === 'required' ? `.${first.params.missingProperty}` : ''
    const allowed = first?.keyword === 'enum' ? `: ${JSON.stringify(first.params.allowedValues)}` : ''
    const expected = extra ? 'is not known here' : missing ? 'is required' : `${first?.message}${allowed}`
    const field = `${part}${inner}${extra || missing}`
    return new LabError(`${field} ${expected}`, { code: 'invalid_request', status: 400, field })
  })
}

type Check = ((data: unknown) => boolean) & Pick<ValidateFunction, 'errors'>

/** Compiles a route's schema when the route is first asked for: all of them together are a tenth of a start. */
function onFirstUse(compile: () => Check): Check {
  let check: Check | undefined
  const lazily: Check = (data) => {
    check ??= compile()
    const isValid = check(data)
    lazily.errors = check.errors ?? null
    return isValid
  }
  return lazily
}

/** Ajv does not look again at what it has converted: `1e400` would pass as a number of any size. */
function inTurn(convert: ValidateFunction, check: ValidateFunction): Check {
  const both: Check = (data) => {
    const isValid = convert(data) && check(data)
    both.errors = convert.errors ?? check.errors ?? null
    return isValid
  }
  return both
}

function answerErrorsAsProblems(app: Service): void {
  app.setErrorHandler((error: FastifyError | LabError, request, reply) => {
    const status = error instanceof LabError ? error.status : (error.statusCode ?? 500)
    // The template, never the URL: queries and path segments carry what customers and vendors wrote.
    const route = request.routeOptions.url ?? 'unmatched'
    if (status >= 500) request.log.error({ err: error, method: request.method, route }, 'request failed')
    const detail =
      status >= 500 && !(error instanceof LabError) ? 'The request failed inside this service; its log says why.' : error.message
    const code = error instanceof LabError ? error.code : (error.code ?? 'internal_error').toLowerCase()
    const field = error instanceof LabError ? error.field : undefined
    // RFC 9110, section 10.2.3.
    if (status === 503 && error instanceof LabError && error.retryable) reply.header('retry-after', '1')
    return reply
      .code(status)
      .type('application/problem+json')
      .send({ status, code, detail, ...(field && { field }) })
  })
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type('application/problem+json')
      .send({ status: 404, code: 'no_such_route', detail: `There is no ${request.method} ${request.url} here.` }),
  )
}
