import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What befalls one request on its way to a vendor, or one answer on its way back. */
export type ProxyFault =
  | { kind: 'passes' }
  /** Never forwarded, never answered. */
  | { kind: 'hangs' }
  /** Forwarded after so long. */
  | { kind: 'held'; ms: number }
  /** Forwarded; the answer arrives so late. */
  | { kind: 'late'; ms: number }
  /** The connection is reset before anything was forwarded. */
  | { kind: 'reset' }
  /** Forwarded; the connection breaks instead of the answer. */
  | { kind: 'lost' }
  /** Forwarded; the answer breaks off in the middle. */
  | { kind: 'cut' }
  /** Not forwarded, answered with this. */
  | { kind: 'answers'; status: number; body?: string; headers?: Record<string, string> }

/** A proxy before a vendor's stand-in. `fault` decides per request; `forwarded` counts what got through, by method. */
export async function startFaultProxy(target: string) {
  const forwarded: { method: string; path: string }[] = []
  const sockets = new Set<Socket>()
  const behaviour: { fault: (incoming: IncomingMessage, body: string) => ProxyFault } = { fault: () => ({ kind: 'passes' }) }
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing).catch(() => outgoing.destroy()))
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming)
    const fault = behaviour.fault(incoming, body)
    if (fault.kind === 'hangs') return
    if (fault.kind === 'reset') return void incoming.socket.resetAndDestroy()
    if (fault.kind === 'answers') {
      outgoing.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body ?? '{}')
      return
    }
    if (fault.kind === 'held') await delay(fault.ms)
    const answer = await forward(incoming, body)
    if (fault.kind === 'lost') return void incoming.socket.resetAndDestroy()
    if (fault.kind === 'late') await delay(fault.ms)
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
    if (fault.kind !== 'cut') return void outgoing.end(answer.body)
    outgoing.write(answer.body.slice(0, answer.body.length / 2), () => incoming.socket.destroy())
  }

  async function forward(incoming: IncomingMessage, body: string) {
    const { method = 'GET', url = '/' } = incoming
    forwarded.push({ method, path: url })
    const headers = { ...incoming.headers, host: new URL(target).host, connection: 'close' }
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    request(`${target}${url}`, { method, headers }, resolve).on('error', reject).end(body)
    const answer = await promise
    const { connection: _hop, 'transfer-encoding': _framing, ...kept } = answer.headers
    return { status: answer.statusCode ?? 502, headers: kept, body: await text(answer) }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.
  return {
    url: `http://127.0.0.1:${port}`,
    forwarded,
    behaviour,
    posts: () => forwarded.filter(({ method }) => method === 'POST').length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An address at which nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

async function text(stream: IncomingMessage): Promise<string> {
  let whole = ''
  for await (const chunk of stream.setEncoding('utf8')) whole += chunk
  return whole
}

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref())
