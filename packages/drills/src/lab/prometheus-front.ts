import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands in front of a Prometheus, as a proxy that signs people in would: passes everything on, and answers 503 while it is told to. */
export interface PrometheusFront extends AsyncDisposable {
  url: string
  /** Answers 503 from now on for so long; 0 ends it. */
  refuse(forMs: number): void
}

/** A front before `prometheus` (`http://127.0.0.1:9090`), on a port of its own. */
export async function openPrometheusFront(prometheus: string): Promise<PrometheusFront> {
  let refusesUntil = 0
  const server = createServer((incoming, outgoing) => {
    if (Date.now() < refusesUntil)
      outgoing.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '10' }).end('Service Unavailable\n')
    else passOn(prometheus, incoming, outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return {
    url: `http://127.0.0.1:${port}`,
    refuse(forMs) {
      refusesUntil = Date.now() + forMs
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function passOn(prometheus: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url, headers } = incoming
  const onward = request(`${prometheus}${url}`, { method, headers: { ...headers, host: new URL(prometheus).host } }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()))
  incoming.pipe(onward)
}
