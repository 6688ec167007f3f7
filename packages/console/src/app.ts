import { readFile } from 'node:fs/promises'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import replyFrom from '@fastify/reply-from'
import fastifyStatic from '@fastify/static'
import { LabError } from '@oncall-lab/service-kit/errors'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { decideProxy, type ProxyTable } from './proxy-table.ts'

/** What the console is made of. */
export interface ConsoleParts {
  registry: Registry
  /** The folder of the built page. */
  page: string
  proxies: ProxyTable
  /** What the agent's callers show; the page never sees it. */
  agentToken?: string | undefined
  /** Where Grafana is, for links to dashboards; undefined where there is none. */
  grafana?: string | undefined
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
}

/** The page's own files and nothing else; connections go to this origin only; no page may frame it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Headers of a browser that say where a request comes from. They were judged here; behind the proxy they would name a foreign origin. */
const ABOUT_THE_BROWSER = ['origin', 'referer', 'cookie', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-user']

/** Of this connection alone (RFC 9110, 7.6.1); the library that forwards fails over some of them. */
const OF_THIS_CONNECTION = ['upgrade', 'expect', 'te', 'trailer', 'keep-alive', 'proxy-connection']
const NOT_PASSED_ON = [...ABOUT_THE_BROWSER, ...OF_THIS_CONNECTION]
/** Of an answer: of the connection to the part. With its `keep-alive` the caller's `Connection: close` would be forgotten. */
const NOT_PASSED_BACK = ['connection', ...OF_THIS_CONNECTION]
const without = <T>(headers: Record<string, T>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))

/** The page at `/`, and the parts of the lab under a fixed table of prefixes. Holds no state. */
export async function buildApp({ registry, page, proxies, agentToken, grafana, logLevel }: ConsoleParts): Promise<Service> {
  const app = buildService(registry, { name: 'console', ...(logLevel && { logLevel }) })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', POLICY).header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
  })
  await app.register(replyFrom, { undici: { headersTimeout: 30_000, bodyTimeout: 0, connections: 64 }, disableRequestLogging: true })
  await app.register(addProxies, { proxies, agentToken })
  await app.register(fastifyStatic, { root: join(page, 'assets'), prefix: '/assets/', maxAge: '365d', immutable: true, index: false })
  app.get('/links.json', () => ({ grafana: grafana ?? null }))
  const index = join(page, 'index.html')
  // Every view is an address of the page; only a navigation gets the page, a wrong request for data gets its 404.
  // Read each time: a build beside it may have replaced the page, and with it the names of its files.
  app.get('/*', async (request, reply) => {
    if (request.url !== '/' && !request.headers.accept?.includes('text/html')) {
      throw new LabError(`There is no ${request.url.split('?', 1)[0]} here.`, { code: 'no_such_route', status: 404 })
    }
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(await readFile(index, 'utf8'))
  })
  return app
}

/** No part takes more of a page; a part that refuses a body while it is still sent on cannot be heard. */
const BODY_LIMIT = 1_048_576

/** The body that was sent, byte by byte. */
function bodyOf({ body, headers }: FastifyRequest): { body?: Buffer; contentType?: string } {
  const type = headers['content-type']
  return Buffer.isBuffer(body) && type !== undefined ? { body, contentType: type } : {}
}

/** A scope of its own, so that bodies are passed on as they are. */
async function addProxies(app: Service, { proxies, agentToken }: Pick<ConsoleParts, 'proxies' | 'agentToken'>): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) => done(null, body))
  const forward = (request: FastifyRequest, reply: FastifyReply) => {
    const decision = decideProxy(request.raw.url ?? '', proxies)
    if (decision.kind === 'refuse') {
      throw new LabError('This path leads to no part of the lab.', {
        code: decision.reason,
        status: decision.reason === 'unknown_part' ? 404 : 400,
      })
    }
    const { part, to } = decision
    return reply.from(to, {
      ...bodyOf(request),
      rewriteRequestHeaders: (_request, headers) => ({
        ...without(headers, NOT_PASSED_ON),
        ...(part === 'agent' && agentToken !== undefined && { authorization: `Bearer ${agentToken}` }),
      }),
      rewriteHeaders: (headers) => without(headers, NOT_PASSED_BACK),
      onResponse: (_request, answer, upstream) => {
        const stream = 'stream' in upstream ? upstream.stream : upstream
        if (!String(answer.getHeader('content-type')).startsWith('text/event-stream')) return answer.send(stream)
        // An event stream's reader waits for the head, which Fastify would send with the first event.
        answer.hijack()
        const raw = answer.raw as ServerResponse // The console listens with HTTP/1.1.
        raw.writeHead(answer.statusCode, answer.getHeaders() as OutgoingHttpHeaders).flushHeaders()
        pipeline(stream, raw, () => {})
      },
      onError: (answer, { error }) => {
        const late = 'code' in error && String(error.code).includes('TIMEOUT')
        answer
          .code(late ? 504 : 502)
          .type('application/problem+json')
          .send({
            status: late ? 504 : 502,
            code: late ? 'part_timeout' : 'part_unreachable',
            detail: `${part} at ${proxies[part]} ${late ? 'gave no answer in time' : 'cannot be reached'}.`,
            part,
          })
      },
    })
  }
  for (const part of Object.keys(proxies)) {
    app.route({ method: ['GET', 'POST', 'DELETE'], url: `/${part}`, handler: forward })
    app.route({ method: ['GET', 'POST', 'DELETE'], url: `/${part}/*`, handler: forward })
  }
}
