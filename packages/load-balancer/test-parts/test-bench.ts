import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { type AddressInfo, connect, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { parseAddressRange } from '../src/address-range.ts'
import type { Limits } from '../src/limits.ts'
import { createLoadBalancer, type LoadBalancerOptions } from '../src/load-balancer.ts'

/** A backend made for a test; `seen` are the requests that reached it. */
export async function startBackend(answer: RequestListener) {
  const seen: IncomingMessage[] = []
  const server = createServer((incoming, response) => {
    seen.push(incoming)
    answer(incoming, response)
  })
  const url = await listen(server)
  return { url, seen, [Symbol.asyncDispose]: () => close(server, () => server.closeAllConnections()) }
}

/** What a test may change about a balancer; times in ms. */
export type BenchOptions = Partial<Limits & Omit<LoadBalancerOptions, 'limits' | 'registry' | 'log'>>

/** A balancer over the given addresses, on a port of its own, without active probes unless the test asks for them. */
export async function startBalancer(urls: string[], options: BenchOptions = {}) {
  const registry = new Registry()
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line).msg) })
  const limits = {
    connectTimeoutMs: 500,
    readTimeoutMs: 5_000,
    totalTimeoutMs: 30_000,
    callerTimeoutMs: 5_000,
    maxConnections: 4_096,
    ...options,
  }
  const balancer = createLoadBalancer({
    policy: 'round-robin',
    maxInFlight: 256,
    ejectAfter: 3,
    ejectAfter5xx: 0,
    drainMs: 0,
    trustedHops: parseAddressRange(''),
    probes: null,
    ...options,
    limits,
    registry,
    log,
  })
  balancer.backends.replace(urls)
  const url = await listen(balancer.server)
  return {
    url,
    lines,
    backends: balancer.backends,
    balancer,
    registry,
    /** The value of a sample as Prometheus would read it, e.g. `load_balancer_retries_total{reason="connect_failed"}`. */
    sample: async (name: string) => {
      const line = (await registry.metrics()).split('\n').find((each) => each.startsWith(`${name} `))
      return line === undefined ? undefined : Number(line.slice(name.length + 1))
    },
    /** The sum over all samples of a name whose labels hold the text. */
    sum: async (name: string, labels: string) => {
      const lines = (await registry.metrics()).split('\n').filter((each) => each.startsWith(`${name}{`) && each.includes(labels))
      return lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
    [Symbol.asyncDispose]: () => balancer.close(),
  }
}

/** The address of a port where nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer()
  const url = await listen(server)
  await close(server, () => {})
  return url
}

/** One request over a connection of its own, its answer read to the end. Rejects when the answer breaks off. */
export async function ask(url: string, { method = 'GET', path = '/', headers = {}, body = '' as string | Buffer } = {}) {
  // Node declares no length for the body of a DELETE by itself.
  const framed = body.length > 0 ? { ...headers, 'content-length': Buffer.byteLength(body) } : headers
  const outgoing = request(url, { method, path, headers: framed, agent: false }).end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const content = await text(answer)
  if (!answer.complete) throw new Error('the answer broke off')
  return { status: answer.statusCode, headers: answer.headers, rawHeaders: answer.rawHeaders, body: content }
}

/** Sends bytes as they are and returns all that comes back until the connection ends. */
export async function askRaw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(bytes, 'latin1')
  return text(socket)
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A TCP server's address is no string.
}

async function close(server: Server, cut: () => void): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  cut()
  await closed
}
