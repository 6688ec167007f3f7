import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { askRaw, startBalancer } from '../test-parts/test-bench.ts'

/** A backend that answers each request with the bytes that the test says, and then closes the connection. */
async function startGarbledBackend() {
  const sockets = new Set<Socket>()
  const backend = { answer: '' }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('data', () => socket.end(backend.answer, 'latin1'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A TCP server's address is no string.
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return Object.assign(backend, { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: close })
}

const line = fc.constantFrom(
  'HTTP/1.1 200 OK',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304',
  'HTTP/1.1 100 Continue',
  'HTTP/1.1 101 Switching',
  'HTTP/1.1 103 Early',
  'HTTP/1.1 999 Odd',
  'HTTP/1.1 099 Low',
  'HTTP/1.1 1000 High',
  'HTTP/1.1 20 Short',
  'HTTP/2 200',
  'HTTP/1.1  200 OK',
  'HTTP/1.1 200 O\u0001K',
  'HTTP/1.1 200 \u00ff',
  'nonsense',
  '',
)
const name = fc.constantFrom(
  'X',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Keep-Alive',
  'Trailer',
  'Set-Cookie',
  'X Y',
  'X:',
  '',
  '\u0000',
  '\u00e9',
  'Content-Length ',
)
const value = fc.oneof(
  fc.constantFrom('', '5', '0', '-1', '5, 5', '99999999999999999999', 'chunked', 'gzip', 'close', 'keep-alive', 'timeout=0', 'X, Y'),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 12 }),
)
const end = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '\r\n ')
const fields = fc
  .array(fc.tuple(name, value, end), { maxLength: 4 })
  .map((all) => all.map(([key, text, stop]) => `${key}: ${text}${stop}`).join(''))
const body = fc.constantFrom(
  '',
  'hello',
  '5\r\nhello\r\n0\r\n\r\n',
  '5\r\nhel',
  'fffffffffffff\r\nx',
  '0\r\nX: y\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
)

test('whatever a backend answers, the caller gets a whole answer or a broken connection, and the balancer goes on', async () => {
  using backend = await startGarbledBackend()
  await using balancer = await startBalancer([backend.url], { ejectAfter: Number.MAX_SAFE_INTEGER })
  await fc.assert(
    fc.asyncProperty(line, fields, body, async (status, head, rest) => {
      backend.answer = `${status}\r\n${head}\r\n${rest}`
      const answer = await askRaw(balancer.url, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      expect(answer).toMatch(/^$|^HTTP\/1\.1 [1-9]\d\d [^\r\n]*\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t\x20-\x7e\x80-\uffff]*\r\n)*\r\n/)
    }),
    { numRuns: 400 },
  )
  backend.answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  expect(await askRaw(balancer.url, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nok$/)
}, 60_000)
