import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AnswerReader } from './answer-reader.ts'

/** Feeds the bytes in pieces that end where `cuts` say (shares of the length); returns each answer's status. */
function readAll(bytes: Buffer, cuts: readonly number[]): (number | 'broken' | 'more')[] {
  const reader = new AnswerReader()
  const ends = [...cuts.map((cut) => Math.round(cut * bytes.length)), bytes.length].sort((a, b) => a - b)
  const seen: (number | 'broken' | 'more')[] = []
  let from = 0
  let state: string = 'done'
  for (const end of ends) {
    if (end === from) continue
    state = reader.read(bytes.subarray(from, end))
    from = end
    if (state === 'done') seen.push(reader.status)
    if (state === 'broken') return [...seen, 'broken']
  }
  return state === 'more' ? [...seen, 'more'] : seen
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

/** What a Node server really sends. */
async function recorded(answer: RequestListener): Promise<Buffer> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A TCP server's address is no string.
  const socket = connect(port, '127.0.0.1').end('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  const bytes = await buffer(socket)
  server.close()
  return bytes
}

test.each<[string, number, RequestListener]>([
  ['with a length', 200, (_, response) => response.end('x'.repeat(5_000))],
  ['without a body', 204, (_, response) => response.writeHead(204).end()],
  ['empty', 404, (_, response) => response.writeHead(404).end()],
  [
    'in chunks, with trailers',
    200,
    (_, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' })
      for (const size of [1, 300, 15, 70_000]) response.write('y'.repeat(size))
      response.addTrailers({ 'X-Sum': '1' })
      response.end()
    },
  ],
  [
    'after an early hint',
    500,
    (_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' })
      response.writeHead(500).end('no')
    },
  ],
])('an answer %s ends where it ends, however it is cut', async (_, status, answer) => {
  const bytes = await recorded(answer)
  fc.assert(
    fc.property(cuts, (where) => {
      expect(readAll(bytes, where)).toEqual([status])
    }),
  )
  // A byte less is not the whole, a byte more is too much.
  expect(readAll(bytes.subarray(0, -1), [])).toEqual(['more'])
  expect(readAll(Buffer.concat([bytes, Buffer.from('H')]), [])).toEqual(['broken'])
})

test.each([
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok',
  'HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok',
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  'HTTP/2 200\r\n\r\n',
  'SSH-2.0-OpenSSH\r\n\r\n',
  `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`,
])('what no answer may be is none: %.60s', (text) => {
  expect(readAll(Buffer.from(text), [])).toEqual(['broken'])
})

test('a body without a length ends with the connection', () => {
  const reader = new AnswerReader()
  expect(reader.read(Buffer.from('HTTP/1.1 200 OK\r\n\r\nall that comes'))).toBe('more')
  expect(reader.endsWithClose()).toBe(true)
})

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', true, 4_000],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', false, 4_000],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false, 4_000],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5, max=9\r\n\r\n', true, 4_000],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=72\r\n\r\n', true, 71_000],
])('%j says whether and for how long the connection is kept', (text, isReusable, idleMs) => {
  const reader = new AnswerReader()
  expect(reader.read(Buffer.from(text))).toBe('done')
  expect(reader).toMatchObject({ isReusable, idleMs })
})
