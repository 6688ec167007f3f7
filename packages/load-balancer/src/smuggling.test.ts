import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { askRaw, startBalancer } from '../test-parts/test-bench.ts'

const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n'

/** A backend that reads as RFC 9112 writes it and nothing else; what it cannot read is in `defects`. */
async function startStrictBackend() {
  const targets: string[] = []
  const defects: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => {})
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece
      for (let read = readStrictly(text); read !== null; read = readStrictly(text)) {
        if (read.defect !== undefined) defects.push(read.defect)
        targets.push(read.target)
        text = text.slice(read.length)
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A TCP server's address is no string.
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { url: `http://127.0.0.1:${port}`, targets, defects, [Symbol.dispose]: close }
}

/** The first request of the text, null while it is not complete. */
function readStrictly(text: string): { target: string; length: number; defect?: string } | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [line = '', ...fields] = text.slice(0, end).split('\r\n')
  const [, target = ''] = /^[A-Z]+ (\S+) HTTP\/1\.1$/.exec(line) ?? []
  const bad = [
    ...(target ? [] : [line]),
    ...fields.filter((field) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[\t\x20-\x7e\x80-\xff]*$/.test(field)),
  ]
  const valuesOf = (name: string) =>
    fields.filter((field) => field.toLowerCase().startsWith(`${name}:`)).map((field) => field.split(':')[1]?.trim())
  const [lengths, codings] = [valuesOf('content-length'), valuesOf('transfer-encoding')]
  if (lengths.length + codings.length > 1) bad.push(`framed by ${[...lengths, ...codings].join(' and ')}`)
  if (codings.length > 0) {
    const body = /^(?:[0-9a-f]+\r\n[\s\S]*?\r\n)*?0\r\n\r\n/.exec(text.slice(end + 4))
    if (codings[0] !== 'chunked') bad.push(`coding ${codings[0]}`)
    if (!body) return null
    return { target, length: end + 4 + body[0].length, ...(bad[0] !== undefined && { defect: bad[0] }) }
  }
  const length = end + 4 + Number(lengths[0] ?? 0)
  if (text.length < length) return null
  return { target, length, ...(bad[0] !== undefined && { defect: bad[0] }) }
}

const LENGTHS = [
  '0',
  '5',
  '+5',
  '-5',
  '05',
  '5, 5',
  '5,6',
  '0x5',
  '5 5',
  ' 5',
  '',
  '99999999999999999999',
  '5\u000b',
  `${HIDDEN.length + 5}`,
]
const CODINGS = [
  'chunked',
  'Chunked',
  ' chunked',
  'xchunked',
  'chunked, identity',
  'identity',
  'gzip, chunked',
  'chunked\u000b',
  '"chunked"',
  'chunked, chunked',
  '',
]
const NAMES = {
  length: ['Content-Length', 'content-length', 'Content-Length ', 'Content_Length'],
  coding: ['Transfer-Encoding', 'Transfer-Encoding ', 'TRANSFER-ENCODING', 'Transfer_Encoding'],
}
const ENDS = ['\r\n', '\n', '\r', '\r\n ', '\r\n\t']
const BODIES = [
  `0\r\n\r\n${HIDDEN}`,
  `5\r\nhello\r\n0\r\n\r\n${HIDDEN}`,
  `hello${HIDDEN}`,
  `5;a\nb\r\nhello\r\n0\r\n\r\n${HIDDEN}`,
  `5\nhello\n0\n\n${HIDDEN}`,
  `0\r\nContent-Length: 9\r\n\r\n${HIDDEN}`,
  `-0\r\n\r\n${HIDDEN}`,
  `0x0\r\n\r\n${HIDDEN}`,
  HIDDEN,
]

const field = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES.length), fc.constantFrom(...LENGTHS)),
  fc.tuple(fc.constantFrom(...NAMES.coding), fc.constantFrom(...CODINGS)),
)
const ambiguous = fc.record({
  fields: fc.array(fc.tuple(field, fc.constantFrom(...ENDS)), { minLength: 1, maxLength: 3 }),
  body: fc.constantFrom(...BODIES),
})

// The hidden request may be answered in its own right, where it follows a complete one; then the balancer has read it as such and says so to the backend.
test('whatever the framing of a request, a backend sees only requests that the balancer has seen, each framed in one way', async () => {
  using backend = await startStrictBackend()
  await using balancer = await startBalancer([backend.url])
  await fc.assert(
    fc.asyncProperty(ambiguous, async ({ fields, body }) => {
      const seen = backend.targets.length
      const head = fields.map(([[name, value], end]) => `${name}: ${value}${end}`).join('')
      const answer = await askRaw(
        balancer.url,
        `POST /open HTTP/1.1\r\nHost: a\r\n${head}\r\n${body}GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      )
      const answered = answer.split(/^HTTP\/1\.1 2\d\d /m).length - 1
      expect(backend.targets.length - seen).toBe(answered)
      expect(backend.defects).toEqual([])
    }),
    { numRuns: 300 },
  )
}, 60_000)

test.each([
  ['a length and a coding', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${HIDDEN}`],
  ['two lengths', `Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n`, HIDDEN],
  ['a coding with a space before the colon', 'Transfer-Encoding : chunked\r\n', `0\r\n\r\n${HIDDEN}`],
  ['a folded coding', 'Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${HIDDEN}`],
  ['an unknown coding', 'Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${HIDDEN}`],
  ['a chunked coding that is not the last', 'Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${HIDDEN}`],
  ['a line that ends without a carriage return', 'Content-Length: 0\nX: y\r\n', HIDDEN],
])('%s hides no request', async (_, head, body) => {
  using backend = await startStrictBackend()
  await using balancer = await startBalancer([backend.url])
  expect(await askRaw(balancer.url, `POST /open HTTP/1.1\r\nHost: a\r\n${head}\r\n${body}`)).toMatch(/^HTTP\/1\.1 (400|501) /)
  expect([backend.targets, backend.defects]).toEqual([[], []])
})
