import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type ConnectionOwner, UpstreamConnection, type UpstreamExchange, type UpstreamFailure } from './upstream-connection.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** One exchange after the other over one connection to a backend that does what the test says. */
async function standingConnection() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A TCP server's address is no string.
  const accepted = once(server, 'connection')
  const owner: ConnectionOwner = { released: () => {}, closed: () => {} }
  const first = new RecordedExchange()
  const connection = new UpstreamConnection({ host: '127.0.0.1', port }, owner, first)
  const [backend] = (await accepted) as [Socket]
  const sent: string[] = []
  backend.on('data', (bytes) => sent.push(String(bytes))).on('error', () => {})
  await once(backend, 'data')
  backend.write(ANSWER)
  await first.over
  return { connection, backend, sent, [Symbol.asyncDispose]: async () => void server.close() }
}

class RecordedExchange implements UpstreamExchange {
  readonly forHead = false
  readonly #result = Promise.withResolvers<string | UpstreamFailure>()
  readonly over = this.#result.promise

  connected(connection: UpstreamConnection): void {
    connection.writeRequest('GET / HTTP/1.1\r\nHost: a\r\n\r\n', null)
    connection.completed()
  }
  answerWhole(_: unknown, body: string): void {
    this.#result.resolve(body)
  }
  answerHead(): void {}
  answerPart(): void {}
  answerEnd(): void {}
  writable(): void {}
  failed(failure: UpstreamFailure): void {
    this.#result.resolve(failure)
  }
}

it('carries one exchange after the other', async () => {
  await using standing = await standingConnection()
  const second = new RecordedExchange()
  standing.connection.take(second)
  await once(standing.backend, 'data')
  standing.backend.write(ANSWER)
  expect(await second.over).toBe('ok')
})

// From within the phase of the immediates: what is read next is read before the request of the exchange is written.
it('takes no answer that came before its request was written for the answer to it', async () => {
  await using standing = await standingConnection()
  const second = new RecordedExchange()
  await nextTurn()
  standing.backend.write(ANSWER)
  standing.connection.take(second)
  expect(await second.over).toMatchObject({ kind: 'closed', sent: false, answerBegun: false })
  await once(standing.backend, 'close')
  expect(standing.sent).toHaveLength(1)
})

it('says that nothing was sent when the connection ends before its request was written', async () => {
  await using standing = await standingConnection()
  const second = new RecordedExchange()
  await nextTurn()
  standing.backend.resetAndDestroy()
  standing.connection.take(second)
  expect(await second.over).toMatchObject({ kind: 'closed', sent: false, answerBegun: false })
})
