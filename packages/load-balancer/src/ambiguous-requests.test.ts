import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { ambiguousRequests } from '../test-parts/ambiguous-requests.ts'
import { readStrictly } from '../test-parts/read-strictly.ts'
import { ask, askRaw, startBalancer } from '../test-parts/test-bench.ts'

/** Requests under way at a time. */
const SIDE_BY_SIDE = 64

/** A backend that keeps what comes on each connection, and answers each request that a strict reader sees in it with the request's target. */
async function startRecorder() {
  const connections: string[] = []
  const seen: string[] = []
  const server = createServer((socket) => {
    const place = connections.push('') - 1
    let answered = 0
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      connections[place] += chunk.toString('latin1')
      const { requests } = readStrictly(connections[place] ?? '')
      for (const request of requests.slice(answered)) {
        seen.push(request)
        const [method, target = ''] = request.split(' ')
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${method === 'HEAD' ? '' : target}`)
      }
      answered = requests.length
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A TCP server's address is no string.
  return {
    url,
    seen,
    /** Of connections on which something came that is no HTTP/1.1. */
    unreadable: () => connections.filter((bytes) => readStrictly(bytes).end === 'invalid'),
    async [Symbol.asyncDispose]() {
      await once(server.close(), 'close')
    },
  }
}

test('backends see no request that a strict reader of the same bytes does not see, and nothing that it could not read', async () => {
  await using recorder = await startRecorder()
  await using balancer = await startBalancer([recorder.url], { callerTimeoutMs: 400, ejectAfter: 1_000_000 })
  const cases = ambiguousRequests()
  const waiting = cases.entries()
  const answers: string[] = []
  const work = async () => {
    for (const [index, { bytes }] of waiting) answers[index] = await askRaw(balancer.url, bytes)
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work))

  const seen = Map.groupBy(recorder.seen, (request) => Number(/-(\d+)/.exec(request)?.[1]))
  const wrong = cases.flatMap(({ id, bytes }, index) => {
    const { requests: expected, end } = readStrictly(bytes)
    const got = seen.get(id) ?? []
    return got.every((request, place) => request === expected[place]) ? [] : [{ bytes, expected, end, got, answer: answers[index] }]
  })
  expect(wrong).toEqual([])
  expect(recorder.unreadable()).toEqual([])
  // Who refuses everything smuggles nothing either. Behind a request of HTTP/1.0 nothing may come.
  const refused = cases.filter(({ id, bytes }) => readStrictly(bytes).end === 'clean' && !seen.has(id) && !bytes.includes('HTTP/1.0'))
  expect(refused).toEqual([])
  expect((await ask(balancer.url, { path: '/still-there' })).body).toBe('/still-there')
})

test.each([
  ['a coding that is not known', 'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n', 501],
  ['a Host that is none', 'GET /x HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
  ['a method that is not offered', 'TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['an expectation that is not known', 'PUT /x HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nContent-Length: 2\r\n\r\nhi', 417],
])('what is pipelined behind %s is not served', async (_, refused, status) => {
  await using recorder = await startRecorder()
  await using balancer = await startBalancer([recorder.url])
  // Leaves a connection to the backend open, on which the next request would go out at once.
  await ask(balancer.url, { path: '/before' })
  const answer = await askRaw(balancer.url, `${refused}GET /behind HTTP/1.1\r\nHost: a\r\n\r\n`)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer).toContain('\r\nConnection: close\r\n')
  expect((await ask(balancer.url, { path: '/after' })).status).toBe(200)
  expect(recorder.seen).toEqual(['GET /before', 'GET /after'])
})
