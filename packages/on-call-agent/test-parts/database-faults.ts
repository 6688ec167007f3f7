import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

/** A failed look at a database. */
export interface DatabaseFault {
  name: string
  /** At the login, at the query; an SQLSTATE, or what the connection does. */
  at: 'login' | 'query' | 'connect'
  does: string
  claim: 'retryable' | 'final'
  code: string
}

const says = (at: 'login' | 'query', code: string, name: string, claim: DatabaseFault['claim']): DatabaseFault => ({
  name,
  at,
  does: code,
  claim,
  code,
})

export const DATABASE_FAULTS: readonly DatabaseFault[] = [
  { name: 'a refused connection', at: 'connect', does: 'refused', claim: 'retryable', code: 'ECONNREFUSED' },
  { name: 'a server that says nothing', at: 'login', does: 'silent', claim: 'retryable', code: 'unreachable' },
  { name: 'a connection cut at the login', at: 'login', does: 'cut', claim: 'retryable', code: 'unreachable' },
  { name: 'a connection cut in the query', at: 'query', does: 'cut', claim: 'retryable', code: 'unreachable' },
  { name: 'a query without an answer', at: 'query', does: 'silent', claim: 'retryable', code: 'unreachable' },
  says('login', '28P01', 'a wrong password', 'final'),
  says('login', '28000', 'a login that is not allowed', 'final'),
  says('login', '3D000', 'a database that is not there', 'final'),
  says('login', '57P03', 'a server that starts up', 'retryable'),
  says('query', '42501', 'a right that is missing', 'final'),
  says('query', '42P01', 'a table that is not there', 'final'),
  says('query', '57014', 'a statement that took too long', 'retryable'),
  says('query', '55P03', 'a lock that was not free', 'retryable'),
  says('query', '57P01', 'a session that was ended', 'retryable'),
  says('query', '53200', 'a server without memory', 'retryable'),
]

const message = (type: string, body: Buffer) => {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
const error = (code: string) => message('E', Buffer.from(`SERROR\0VERROR\0C${code}\0Mmade up\0\0`))
const READY = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))])

/** A server that speaks as much of PostgreSQL's protocol as fails so (https://www.postgresql.org/docs/current/protocol-flow.html). */
export async function startFailingDatabase({ at, does }: Pick<DatabaseFault, 'at' | 'does'>) {
  const sockets = new Set<Socket>()
  const fail = (socket: Socket) => {
    if (does === 'cut') socket.destroy()
    else if (does !== 'silent') socket.write(Buffer.concat([error(does), ...(at === 'query' ? [message('Z', Buffer.from('I'))] : [])]))
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    let isIn = false
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      if (data[0] === 'X'.charCodeAt(0)) return void socket.end()
      if (isIn || at === 'login') return fail(socket)
      isIn = true
      socket.write(READY)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // Bound to TCP above.
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
