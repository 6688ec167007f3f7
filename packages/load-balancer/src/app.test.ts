import { expect, test } from 'vitest'
import { ask, askRaw, deadAddress, startBackend, startBalancer } from '../test-parts/test-bench.ts'

test('headers of one connection stay on it, forged origins are replaced, the rest arrives', async () => {
  await using backend = await startBackend((_, response) => {
    response.writeHead(200, {
      connection: 'x-secret',
      'x-secret': '1',
      'proxy-connection': 'x',
      'x-lb-backend': 'me',
      'set-cookie': ['a=1', 'b=2'],
    })
    response.end('ok')
  })
  await using balancer = await startBalancer([backend.url])
  const headers = {
    host: 'shop.test',
    connection: 'close, x-hop',
    'x-hop': '1',
    te: 'trailers',
    'keep-alive': 'timeout=9',
    'x-forwarded-for': '6.6.6.6',
    forwarded: 'for=6.6.6.6',
    'x-forwarded-host': 'evil',
    'x-real-ip': '6.6.6.6',
    'x-request-start': 't=1.000',
    'x-request-id': 'r1',
  }
  const answer = await ask(balancer.url, { headers })
  const got = backend.seen[0]?.headers ?? {}
  expect(got).toMatchObject({ host: 'shop.test', 'x-request-id': 'r1', 'x-forwarded-for': '127.0.0.1', via: '1.1 oncall-lab' })
  expect(got).toMatchObject({
    'x-forwarded-host': 'shop.test',
    'x-forwarded-proto': 'http',
    'x-request-start': expect.stringMatching(/^t=\d{13}\.\d{3}$/),
  })
  for (const gone of ['x-hop', 'te', 'forwarded', 'x-real-ip', 'keep-alive']) expect(got).not.toHaveProperty(gone)
  expect(answer.headers).toMatchObject({ 'x-lb-backend': backend.url, 'set-cookie': ['a=1', 'b=2'] })
  expect(answer.headers).not.toHaveProperty('x-secret')
  expect(answer.headers).not.toHaveProperty('proxy-connection')
})

test('Trailer headers in both directions do no harm', async () => {
  await using backend = await startBackend((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { trailer: 'x-sum', 'transfer-encoding': 'chunked' })
      response.write('part')
      response.addTrailers({ 'x-sum': '1' })
      response.end()
    })
  })
  await using balancer = await startBalancer([backend.url])
  const head = `POST /x HTTP/1.1\r\nHost: a\r\nTrailer: x-sum\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`
  expect(await askRaw(balancer.url, `${head}2\r\nhi\r\n0\r\nx-sum: 1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 (.|\r|\n)*part/)
  expect((await ask(balancer.url)).status).toBe(200)
})

test('a declared Trailer with a Content-Length does no harm', async () => {
  await using backend = await startBackend((request) => {
    request.socket.end('HTTP/1.1 200 OK\r\nTrailer: x-sum\r\nContent-Length: 2\r\n\r\nok')
  })
  await using balancer = await startBalancer([backend.url])
  expect(await ask(balancer.url)).toMatchObject({ status: 200, body: 'ok' })
})

test('HEAD, 204 and 304 have no body and keep their headers', async () => {
  await using backend = await startBackend((request, response) => {
    if (request.url === '/204') response.writeHead(204).end()
    else if (request.url === '/304') response.writeHead(304, { etag: '"1"' }).end()
    else response.writeHead(200, { 'content-length': 5 }).end(request.method === 'HEAD' ? undefined : 'hello')
  })
  await using balancer = await startBalancer([backend.url])
  expect(await ask(balancer.url, { method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'content-length': '5' }, body: '' })
  expect(await ask(balancer.url, { path: '/204' })).toMatchObject({ status: 204, body: '' })
  expect(await ask(balancer.url, { path: '/304' })).toMatchObject({ status: 304, headers: { etag: '"1"' }, body: '' })
})

test('bytes arrive as they were sent', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  await using backend = await startBackend((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => response.end(Buffer.concat(chunks).toString('hex')))
  })
  await using echo = await startBackend((_, response) => response.end(bytes))
  await using balancer = await startBalancer([backend.url])
  expect((await ask(balancer.url, { method: 'PUT', body: bytes })).body).toBe(bytes.toString('hex'))
  balancer.backends.replace([echo.url])
  const answer = await fetch(balancer.url)
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes)
})

test.each([
  ['a second Host', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n'],
  ['an empty Host', 'GET / HTTP/1.1\r\nHost: \r\n'],
  ['a Host with user information', 'GET / HTTP/1.1\r\nHost: me@a\r\n'],
  ['no Host', 'GET / HTTP/1.1\r\n'],
  ['* with GET', 'GET * HTTP/1.1\r\nHost: a\r\n'],
  ['bytes beyond ASCII in the target', 'GET /caf\u00e9 HTTP/1.1\r\nHost: a\r\n'],
  ['both framings', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n'],
])('%s is refused with 400 and reaches no backend', async (_, head) => {
  await using backend = await startBackend((_request, response) => response.end())
  await using balancer = await startBalancer([backend.url])
  expect(await askRaw(balancer.url, `${head}\r\n`)).toMatch(/^HTTP\/1\.1 400 /)
  expect(backend.seen).toHaveLength(0)
})

test('the absolute form of a target is taken apart, and its authority is the Host', async () => {
  await using backend = await startBackend((_, response) => response.end())
  await using balancer = await startBalancer([backend.url])
  await askRaw(balancer.url, 'GET http://shop.test:80/items?x=1 HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n')
  expect([backend.seen[0]?.url, backend.seen[0]?.headers.host]).toEqual(['/items?x=1', 'shop.test:80'])
})

test.each(['/faults', '//faults', '/%66aults', '/x/../faults', '/FAULTS', 'http://a/faults', '/metrics/', '/%6detrics', '//metrics'])(
  'no backend sees %s',
  async (target) => {
    await using backend = await startBackend((_, response) => response.end())
    await using balancer = await startBalancer([backend.url])
    const answer = await askRaw(balancer.url, `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    expect(backend.seen).toHaveLength(0)
  },
)

test('the logs are for callers on this machine that name this machine', async () => {
  await using backend = await startBackend((_, response) => response.end('{}'))
  await using balancer = await startBalancer([backend.url])
  const status = async (headers: Record<string, string>) => (await ask(balancer.url, { path: '/logs/tail?seconds=15', headers })).status
  expect(await status({})).toBe(200)
  expect(await status({ host: 'localhost:9000' })).toBe(200)
  expect(await status({ host: 'evil.test' })).toBe(403)
  expect(await status({ 'x-forwarded-for': '127.0.0.1' })).toBe(403)
  expect(await status({ forwarded: 'for=127.0.0.1' })).toBe(403)
  expect(backend.seen).toHaveLength(2)
})

test('100-continue is granted, other expectations and tunnels are refused, an upgrade is answered as a plain request', async () => {
  await using backend = await startBackend((request, response) => request.resume().on('end', () => response.end('plain')))
  await using balancer = await startBalancer([backend.url])
  const put = 'PUT /items/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n'
  expect(await askRaw(balancer.url, `${put}Expect: 100-continue\r\n\r\nhi`)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
  expect(await askRaw(balancer.url, `${put}Expect: magic\r\n\r\nhi`)).toMatch(/^HTTP\/1\.1 417 /)
  expect(await askRaw(balancer.url, 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n')).toMatch(/^HTTP\/1\.1 501 /)
  const upgrade = await ask(balancer.url, { headers: { connection: 'upgrade', upgrade: 'websocket' } })
  expect([upgrade.status, upgrade.body, backend.seen.at(-1)?.headers.upgrade]).toEqual([200, 'plain', undefined])
})

test('a body that is declared too large is refused unread', async () => {
  await using backend = await startBackend((_, response) => response.end())
  await using balancer = await startBalancer([backend.url])
  expect(await askRaw(balancer.url, 'PUT /items/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n')).toMatch(/^HTTP\/1\.1 413 /)
  expect(backend.seen).toHaveLength(0)
})

test('own routes: health, metrics with every known label at zero, no writes', async () => {
  const backend = await deadAddress()
  await using balancer = await startBalancer([backend])
  expect(JSON.parse((await ask(balancer.url, { path: '/healthz' })).body)).toEqual({
    ok: true,
    backends: [backend],
    available: [backend],
    panic: false,
    list_age_seconds: null,
  })
  const metrics = (await ask(balancer.url, { path: '/metrics' })).body
  for (const status of [502, 503, 504])
    expect(metrics).toContain(`load_balancer_requests_total{backend="${backend}",status="${status}",origin="balancer"} 0`)
  expect(metrics).toContain('load_balancer_requests_total{backend="",status="503",origin="balancer"} 0')
  expect(metrics).toContain('load_balancer_upstream_failures_total{reason="connection_lost"} 0')
  expect(metrics).toContain('load_balancer_retries_total{reason="connection_lost"} 0')
  expect(metrics).toContain(`load_balancer_ejections_total{backend="${backend}",reason="refused"} 0`)
  expect(metrics).toContain('load_balancer_attempts_per_request_bucket{le="2"} 0')
  expect(metrics).toContain('load_balancer_request_duration_seconds_count 0')
  expect(metrics).toContain(`load_balancer_in_flight_requests{backend="${backend}"} 0`)
  expect((await ask(balancer.url, { method: 'POST', path: '/metrics' })).status).toBe(404)
})

test.each([
  ['an unknown name', {}, { host: 'shop.example' }, 421],
  ['the name of this machine', {}, { host: 'LOCALHOST:9000' }, 200],
  ['a page of another origin', {}, { 'sec-fetch-site': 'cross-site' }, 403],
  ['HEAD', { method: 'HEAD' }, {}, 200],
  ['a query', { path: '/healthz?x=1' }, {}, 200],
])('own routes answer %s with the right status', async (_, more, headers, status) => {
  await using balancer = await startBalancer([await deadAddress()])
  expect((await ask(balancer.url, { path: '/healthz', ...more, headers })).status).toBe(status)
})
