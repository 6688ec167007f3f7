import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { startBackend, startBalancer } from '../test-parts/test-bench.ts'

const CHUNK = Buffer.alloc(256 * 1024, 7)
const TOTAL = 48 * 1024 * 1024
/** More than the sockets between two ends hold, less than the whole body. */
const HELD_BACK_BELOW = 32 * 1024 * 1024

/** Waits until a count no longer grows. */
async function settled(count: () => number): Promise<number> {
  let before = -1
  await vi.waitFor(
    () => {
      const now = count()
      const still = now === before && now > 0
      before = now
      expect(still).toBe(true)
    },
    { interval: 300, timeout: 10_000 },
  )
  return count()
}

/** Writes TOTAL bytes with back-pressure; the returned function tells how many are written. */
function pour(write: (chunk: Buffer) => boolean, onDrain: (resume: () => void) => void, end: () => void): () => number {
  let written = 0
  const more = () => {
    while (written < TOTAL) {
      written += CHUNK.length
      if (!write(CHUNK)) return
    }
    if (written === TOTAL) {
      written += 1
      end()
    }
  }
  onDrain(more)
  more()
  return () => written
}

test('a large answer is held back for a slow caller, and arrives whole', async () => {
  let written = () => 0
  await using backend = await startBackend((_, response) => {
    written = pour(
      (chunk) => response.write(chunk),
      (resume) => response.on('drain', resume),
      () => response.end(),
    )
  })
  await using balancer = await startBalancer([backend.url], { readTimeoutMs: 30_000 })
  const outgoing = request(balancer.url, { agent: false }).end()
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  expect(await settled(written)).toBeLessThan(HELD_BACK_BELOW)
  let bytes = 0
  for await (const chunk of answer) bytes += chunk.length
  expect(bytes).toBe(TOTAL)
})

test('a large request is held back for a slow backend, and arrives whole', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<IncomingMessage>()
  await using backend = await startBackend((incoming) => arrive(incoming))
  await using balancer = await startBalancer([backend.url], { readTimeoutMs: 30_000 })
  const outgoing = request(balancer.url, { agent: false, method: 'PUT' })
  const written = pour(
    (chunk) => outgoing.write(chunk),
    (resume) => outgoing.on('drain', resume),
    () => outgoing.end(),
  )
  const incoming = await arrived
  expect(await settled(written)).toBeLessThan(HELD_BACK_BELOW)
  let bytes = 0
  for await (const chunk of incoming) bytes += chunk.length
  expect(bytes).toBe(TOTAL)
  outgoing.on('error', () => {}).destroy()
})

test('a chunked body without end is stopped at the limit', async () => {
  await using backend = await startBackend((incoming) => incoming.resume())
  await using balancer = await startBalancer([backend.url])
  // With `Connection: close` the balancer would close before such a caller has read the answer.
  const agent = new Agent({ keepAlive: true })
  const outgoing = request(balancer.url, { agent, method: 'PUT' })
  const pump = () => {
    while (!outgoing.destroyed && outgoing.write(CHUNK));
  }
  outgoing.on('drain', pump)
  pump()
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  expect(answer.statusCode).toBe(413)
  outgoing.on('error', () => {}).destroy()
})

test('an early answer reaches a caller that is still sending', async () => {
  await using backend = await startBackend((_, response) => response.writeHead(403).end('no'))
  await using balancer = await startBalancer([backend.url])
  const outgoing = request(balancer.url, { agent: false, method: 'PUT' })
  outgoing.write(CHUNK)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  expect(answer.statusCode).toBe(403)
  outgoing.on('error', () => {}).destroy()
})

test.each(['GET', 'PUT'])('a caller that leaves takes its %s to the backend along', async (method) => {
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>()
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  await using backend = await startBackend((incoming, response) => {
    incoming.on('error', () => {}).resume()
    response.on('close', cancel)
    arrive()
  })
  await using balancer = await startBalancer([backend.url], { readTimeoutMs: 120_000 })
  const socket = connect(Number(new URL(balancer.url).port), '127.0.0.1')
  socket.write(
    `${method} /items/1 HTTP/1.1\r\nHost: a\r\n${method === 'PUT' ? 'Content-Length: 999999\r\n' : ''}\r\nx`.slice(
      0,
      method === 'PUT' ? undefined : -1,
    ),
  )
  await arrived
  socket.destroy()
  await cancelled
  await vi.waitFor(async () => expect(await balancer.sum('load_balancer_requests_total', 'status="499"')).toBe(1))
  expect(await balancer.sample('load_balancer_upstream_failures_total{reason="connection_lost"}')).toBe(0)
})
