import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { ask, deadAddress, startBackend, startBalancer } from '../test-parts/test-bench.ts'

/** Reads the request, then breaks the connection without an answer. */
const dieAfterReading: Parameters<typeof startBackend>[0] = (request) => request.resume().on('end', () => request.socket.destroy())

test('requests are spread evenly', async () => {
  await using a = await startBackend((_, response) => response.end('a'))
  await using b = await startBackend((_, response) => response.end('b'))
  await using c = await startBackend((_, response) => response.end('c'))
  await using balancer = await startBalancer([a.url, b.url, c.url])
  await Promise.all(Array.from({ length: 60 }, () => ask(balancer.url)))
  expect([a.seen.length, b.seen.length, c.seen.length]).toEqual([20, 20, 20])
})

test('a dead backend loses no request, whatever the method', async () => {
  await using alive = await startBackend((request, response) => request.resume().on('end', () => response.end('ok')))
  await using balancer = await startBalancer([await deadAddress(), alive.url])
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'GET', 'POST', 'PUT', 'DELETE']
  const answers = await Promise.all(methods.map((method) => ask(balancer.url, { method, body: method === 'GET' ? '' : 'x' })))
  expect(answers.map(({ status }) => status)).toEqual(methods.map(() => 200))
  expect(alive.seen).toHaveLength(methods.length)
})

test('a large body survives the failover from a backend that refused', async () => {
  await using alive = await startBackend((request, response) => {
    let bytes = 0
    request.on('data', (chunk) => (bytes += chunk.length)).on('end', () => response.end(String(bytes)))
  })
  await using balancer = await startBalancer([await deadAddress(), alive.url])
  const body = Buffer.alloc(3_000_000)
  expect((await ask(balancer.url, { method: 'PUT', body })).body).toBe('3000000')
})

test('a GET whose backend dies is answered by another', async () => {
  await using dying = await startBackend(dieAfterReading)
  await using alive = await startBackend((_, response) => response.end('ok'))
  await using balancer = await startBalancer([dying.url, alive.url])
  expect((await ask(balancer.url)).status).toBe(200)
  expect(dying.seen).toHaveLength(1)
  expect(await balancer.sample('load_balancer_upstream_failures_total{reason="connection_lost"}')).toBe(1)
})

test.each([
  ['POST', '{"quantity":1}'],
  ['PATCH', '{"quantity":1}'],
  ['POST', ''],
])('a %s %s whose backend dies after receiving it is answered 502 and not sent again', async (method, body) => {
  await using first = await startBackend(dieAfterReading)
  await using second = await startBackend(dieAfterReading)
  await using balancer = await startBalancer([first.url, second.url])
  const answer = await ask(balancer.url, { method, body })
  expect(answer.status).toBe(502)
  expect(JSON.parse(answer.body)).toMatchObject({ status: 502, code: 'connection_lost' })
  expect(first.seen.length + second.seen.length).toBe(1)
  expect(await balancer.sum('load_balancer_requests_total', 'status="502",origin="balancer"')).toBe(1)
})

test.each([
  ['PUT', '{"quantity":1}'],
  ['DELETE', ''],
  ['OPTIONS', ''],
])('a %s %s whose backend dies after receiving it goes to one other backend as it was, and to no third', async (method, body) => {
  const bodies: string[] = []
  const die: Parameters<typeof startBackend>[0] = (request) =>
    void text(request).then((content) => {
      bodies.push(content)
      request.socket.destroy()
    })
  await using first = await startBackend(die)
  await using second = await startBackend(die)
  await using third = await startBackend(die)
  await using balancer = await startBalancer([first.url, second.url, third.url])
  expect((await ask(balancer.url, { method, body })).status).toBe(502)
  expect(bodies).toEqual([body, body])
  expect(await balancer.sample('load_balancer_retries_total{reason="connection_lost"}')).toBe(1)
})

test('a kept connection that breaks when it is used again counts as sent: a POST is answered 502, a GET goes on', async () => {
  let used = 0
  await using breaking = await startBackend((request, response) => {
    used += 1
    if (used % 2 === 1) response.end('first')
    else request.socket.resetAndDestroy()
  })
  await using alive = await startBackend((_, response) => response.end('other'))
  await using balancer = await startBalancer([breaking.url, alive.url])
  const post = () => ask(balancer.url, { method: 'POST', body: 'x' })
  expect([(await post()).body, (await post()).body, (await post()).status]).toEqual(['first', 'other', 502])
  expect(alive.seen).toHaveLength(1)
  expect([(await ask(balancer.url)).body, (await ask(balancer.url)).body]).toEqual(['other', 'first'])
  expect([(await ask(balancer.url)).body, (await ask(balancer.url)).body]).toEqual(['other', 'other'])
})

test('a backend that does not answer in time gives 504 and is not asked twice', async () => {
  await using first = await startBackend(() => {})
  await using second = await startBackend(() => {})
  await using balancer = await startBalancer([first.url, second.url], { readTimeoutMs: 300 })
  expect((await ask(balancer.url)).status).toBe(504)
  expect(first.seen.length + second.seen.length).toBe(1)
})

test('without a backend the answer is 503 with Retry-After, and health says so', async () => {
  await using balancer = await startBalancer([])
  const answer = await ask(balancer.url, { path: '/items/1' })
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1'])
  const health = await ask(balancer.url, { path: '/healthz' })
  expect([health.status, JSON.parse(health.body)]).toMatchObject([503, { ok: false, backends: [] }])
})

test('with all backends dead the answer is 503 with Retry-After and names the last one', async () => {
  const [one, other] = [await deadAddress(), await deadAddress()]
  await using balancer = await startBalancer([one, other])
  for (let round = 0; round < 3; round += 1) {
    const answer = await ask(balancer.url, { method: 'POST', body: 'x' })
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1'])
    expect([one, other]).toContain(answer.headers['x-lb-backend'])
  }
})

test('an answer that breaks off breaks off for the caller too', async () => {
  await using backend = await startBackend((_, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('half', () => response.destroy())
  })
  await using balancer = await startBalancer([backend.url])
  await expect(ask(balancer.url)).rejects.toThrow()
  expect(await balancer.sample('load_balancer_upstream_failures_total{reason="cut_short"}')).toBe(1)
})

test('an answer that is not HTTP gives 502', async () => {
  await using backend = await startBackend((request) => request.socket.end('garbage\r\n\r\n'))
  await using balancer = await startBalancer([backend.url])
  expect((await ask(balancer.url)).status).toBe(502)
})

test('with resend_after_ms a POST without an answer also goes to another backend, which may take its time; the caller gets one answer', async () => {
  const done: string[] = []
  const slow = (name: string, ms: number) =>
    startBackend((request, response) => {
      request.resume().on('end', () =>
        setTimeout(() => {
          done.push(name)
          response.end(name)
        }, ms),
      )
    })
  await using first = await slow('first', 400)
  await using second = await slow('second', 400)
  await using balancer = await startBalancer([first.url, second.url])
  balancer.balancer.settings.use({ resend_after_ms: 20 })
  const answer = await ask(balancer.url, { method: 'POST', path: '/items/1/reservations', body: '{"quantity":1}' })
  expect([answer.status, answer.body]).toEqual([200, 'second'])
  expect(done).toEqual(['first', 'second'])
  expect(await balancer.sample('load_balancer_answers_total{method="POST",class="2xx"}')).toBe(1)
  expect(await balancer.sample('load_balancer_retries_total{reason="read_timeout"}')).toBe(1)
})

test('a backend that is left early is not held against: it stays in use', async () => {
  await using slow = await startBackend((_, response) => void setTimeout(() => response.end('ok'), 200))
  await using other = await startBackend((_, response) => void setTimeout(() => response.end('ok'), 200))
  await using balancer = await startBalancer([slow.url, other.url], { ejectAfter: 1 })
  balancer.balancer.settings.use({ resend_after_ms: 20 })
  expect((await Promise.all(Array.from({ length: 4 }, () => ask(balancer.url)))).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(balancer.backends.available()).toHaveLength(2)
})
