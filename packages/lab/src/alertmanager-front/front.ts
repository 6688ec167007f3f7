import { readFile } from 'node:fs/promises'
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { decideBrowser, hostNameIn, LOOPBACK_HOSTS } from '@oncall-lab/service-kit/browser-guard'
import { refuseTunnels } from '@oncall-lab/service-kit/refuse-tunnels'

/** Where the Alertmanager behind a front listens, on 127.0.0.1. */
export interface Inner {
  port: number
  /** Its `--web.route-prefix`, with a leading and without a trailing slash; empty for none. */
  prefix: string
}

/** Of one hop only (RFC 9110, section 7.6.1), and what must not reach Alertmanager: with an Origin it adds its CORS headers. */
const NOT_SENT_ON = ['connection', 'keep-alive', 'te', 'transfer-encoding', 'upgrade', 'origin']
const HOP_BY_HOP = /^(connection|keep-alive|transfer-encoding|access-control-.*)$/
const UPSTREAM_WITHIN_MS = 60_000

/**
 * A server, not listening yet, that passes on to Alertmanager what no foreign web page can have sent. Alertmanager itself answers every origin and
 * allows every preflight, and has no setting for that; so a page of any site could page people, silence alerts and read both.
 */
export function createFront(inner: Inner): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (incoming, outgoing) => {
    const refusal = decideRefusal(incoming)
    const runbook = /^\/runbooks\/([A-Za-z]{1,60})(\.md)?$/.exec(incoming.url ?? '')?.[1]
    if (refusal) answerProblem(outgoing, refusal)
    else if (runbook) void sendRunbook(runbook, outgoing)
    else passOn({ inner, agent, incoming, outgoing })
  })
  refuseTunnels(server)
  server.on('close', () => agent.destroy())
  return server
}

interface Refusal {
  status: number
  code: string
  detail: string
}

function decideRefusal({ method = 'GET', headers }: IncomingMessage): Refusal | null {
  const host = hostNameIn(headers.host)
  if (!LOOPBACK_HOSTS.includes(host))
    return { status: 421, code: 'unknown_host', detail: `Alertmanager is not addressed as ${JSON.stringify(host.slice(0, 100))} here.` }
  return decideBrowser({ method, headers, hosts: LOOPBACK_HOSTS, accepts: 'json' })
}

const RUNBOOKS = new URL('../../../../docs/runbooks/', import.meta.url)

/** What the `runbook_url` of an alert opens, as plain text: a browser shows that, and downloads Markdown. */
async function sendRunbook(name: string, outgoing: ServerResponse): Promise<void> {
  const text = await readFile(fileURLToPath(new URL(`${name}.md`, RUNBOOKS)), 'utf8').catch(() => null)
  if (text === null) return answerProblem(outgoing, { status: 404, code: 'not_found', detail: `There is no runbook ${name}.` })
  outgoing.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
  outgoing.end(text)
}

interface Exchange {
  inner: Inner
  agent: Agent
  incoming: IncomingMessage
  outgoing: ServerResponse
}

function passOn({ inner, agent, incoming, outgoing }: Exchange): void {
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !NOT_SENT_ON.includes(name)))
  const path = `${inner.prefix}${incoming.url?.startsWith('/') ? incoming.url : '/'}`
  const upstream = request({
    host: '127.0.0.1',
    port: inner.port,
    method: incoming.method,
    path,
    headers,
    agent,
    timeout: UPSTREAM_WITHIN_MS,
  })
  upstream.on('timeout', () => upstream.destroy(new Error(`no answer within ${UPSTREAM_WITHIN_MS / 1000} s`)))
  upstream.on('error', (error) => {
    if (outgoing.headersSent) outgoing.destroy()
    else answerProblem(outgoing, { status: 502, code: 'alertmanager_unreachable', detail: `Alertmanager gave no answer: ${error.message}` })
  })
  upstream.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answerHeaders(answer.headers, inner.prefix))
    pipeline(answer, outgoing, () => undefined)
  })
  outgoing.on('close', () => upstream.destroy())
  pipeline(incoming, upstream, () => undefined)
}

/** Without what belongs to the inner hop, and with redirects that lead back here. A foreign page may not frame Alertmanager's either. */
function answerHeaders(headers: IncomingHttpHeaders, prefix: string): Record<string, string | string[]> {
  const kept = Object.entries(headers).flatMap(([name, value]) => (value === undefined || HOP_BY_HOP.test(name) ? [] : [[name, value]]))
  const { location } = headers
  return {
    ...Object.fromEntries(kept),
    ...(prefix && location?.startsWith(prefix) && { location: location.slice(prefix.length) || '/' }),
    'x-frame-options': 'DENY',
  }
}

function answerProblem(outgoing: ServerResponse, { status, code, detail }: Refusal): void {
  // What was not read of a body would be taken for the next request.
  outgoing.writeHead(status, { 'content-type': 'application/problem+json', connection: 'close' })
  outgoing.end(JSON.stringify({ status, code, detail }))
}
