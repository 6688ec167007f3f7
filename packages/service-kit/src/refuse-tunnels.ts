import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'

const BODY = JSON.stringify({ status: 501, code: 'no_tunnels', detail: 'Tunnels are not offered.' })
const ANSWER = `HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(BODY)}\r\n\r\n${BODY}`

/** Answers CONNECT with 501 (RFC 9110, 9.3.6 and 15.6.2): left alone, Node ends the connection and says nothing. */
export function refuseTunnels(server: Pick<Server, 'on'>): void {
  server.on('connect', (_request: unknown, socket: Duplex) => {
    socket.on('error', () => undefined) // Whoever asked is gone.
    socket.end(ANSWER)
  })
}
