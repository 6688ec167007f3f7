import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRegistry, type Service } from '@oncall-lab/service-kit/service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from './app.ts'

let part: Server
let app: Service
let base: string
const page = mkdtempSync(join(tmpdir(), 'console-page-'))
const seen: { request: IncomingMessage; body: string }[] = []
/** Bound by nobody: the first port of the system's own range. */
const NOBODY = 'http://127.0.0.1:1'

beforeAll(async () => {
  mkdirSync(join(page, 'assets'))
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>console</title>')
  writeFileSync(join(page, 'assets', 'a.js'), 'export {}')
  part = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      seen.push({ request, body })
      if (request.url === '/api/events') {
        // Only the head: a stream at rest.
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
        return
      }
      response
        .writeHead(request.url === '/teapot' ? 418 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ url: request.url, body }))
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => part.once('listening', resolve))
  const up = `http://127.0.0.1:${(part.address() as AddressInfo).port}`
  app = await buildApp({
    registry: createRegistry(),
    page,
    proxies: { agent: up, fleet: up, prometheus: NOBODY, alertmanager: up, phone: up, mail: up },
    agentToken: 'letmein',
    grafana: 'http://127.0.0.1:3000',
    logLevel: 'silent',
  })
  base = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  part.closeAllConnections()
  part.close()
  await app.close()
  rmSync(page, { recursive: true })
})

test('a view is an address of the page, with a strict policy', async () => {
  for (const path of ['/', '/incidents/I7?x=1']) {
    const answer = await fetch(`${base}${path}`, { headers: { accept: 'text/html' } })
    expect(await answer.text()).toContain('<title>console</title>')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
  }
})

test('built files may be kept for ever, the page may not', async () => {
  expect((await fetch(`${base}/assets/a.js`)).headers.get('cache-control')).toContain('immutable')
  expect((await fetch(`${base}/`)).headers.get('cache-control')).toBe('no-cache')
})

test('a page that was built anew while the console ran is served at once', async () => {
  const before = await (await fetch(`${base}/`)).text()
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>the next one</title>')
  expect(await (await fetch(`${base}/`)).text()).toContain('the next one')
  writeFileSync(join(page, 'index.html'), before)
})

test('the page learns where Grafana is', async () => {
  expect(await (await fetch(`${base}/links.json`)).json()).toEqual({ grafana: 'http://127.0.0.1:3000' })
})

test('a wrong request for data gets a 404 and not the page', async () => {
  const answer = await fetch(`${base}/api/incidents`, { headers: { accept: 'application/json' } })
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'no_such_route' }])
})

test('query, body and status pass through; what names the browser does not', async () => {
  seen.length = 0
  const answer = await fetch(`${base}/fleet/teapot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base, referer: `${base}/`, cookie: 'a=b', 'sec-fetch-site': 'same-origin' },
    body: '{"mode":"none"}',
  })
  expect([answer.status, await answer.json()]).toEqual([418, { url: '/teapot', body: '{"mode":"none"}' }])
  const { headers } = seen[0]?.request ?? {}
  expect(Object.keys(headers ?? {}).filter((name) => /origin|referer|cookie|sec-fetch/.test(name))).toEqual([])
  expect(await (await fetch(`${base}/agent/api/incidents?limit=5&q=a%2Fb`)).json()).toMatchObject({ url: '/api/incidents?limit=5&q=a%2Fb' })
})

test.each<Record<string, string>>([{ origin: 'http://127.0.0.1:1' }, { 'sec-fetch-site': 'cross-site' }])(
  'a change asked for by another site (%j) reaches no part',
  async (headers) => {
    seen.length = 0
    const answer = await fetch(`${base}/fleet/fault`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    })
    expect([answer.status, seen.length]).toEqual([403, 0])
  },
)

test('the head of an event stream arrives before its first event', async () => {
  const gone = new AbortController()
  const answer = await fetch(`${base}/agent/api/events`, { signal: gone.signal, headers: { accept: 'text/event-stream' } })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  gone.abort()
})

test('a part that is away is named in words', async () => {
  const answer = await fetch(`${base}/prometheus/api/v1/query?query=up`)
  expect([answer.status, await answer.json()]).toMatchObject([
    502,
    { code: 'part_unreachable', part: 'prometheus', detail: expect.stringContaining('cannot be reached') },
  ])
})

test.each(['PUT', 'PATCH'])('%s is no method of any part', async (method) => {
  seen.length = 0
  const answer = await fetch(`${base}/agent/api/incidents`, { method, headers: { 'content-type': 'application/json' }, body: '{}' })
  expect([answer.status, seen.length]).toEqual([404, 0])
})

test("the agent gets the console's token, and no other part does", async () => {
  seen.length = 0
  for (const path of ['/agent/api/incidents', '/fleet/instances'])
    await fetch(base + path, { headers: { authorization: 'Bearer of the page' } })
  expect(seen.map(({ request }) => request.headers.authorization)).toEqual(['Bearer letmein', 'Bearer of the page'])
})

test.each([
  ['upgrade', 'websocket'],
  ['te', 'trailers'],
  ['keep-alive', 'timeout=5'],
  ['proxy-connection', 'close'],
])('a request with %s: %s, which is about the connection to the console, is passed on without it', async (name, value) => {
  const { hostname, port } = new URL(base)
  const answer = await new Promise<number | undefined>((resolve, reject) =>
    request({ hostname, port, path: '/agent/x', method: 'POST', headers: { [name]: value, 'content-type': 'application/json' } }, (head) =>
      resolve(head.resume().statusCode),
    )
      .on('error', reject)
      .end('{}'),
  )
  expect(answer).toBe(200)
  expect(seen.at(-1)?.request.headers[name]).toBeUndefined()
})

/** Sends these bytes over a connection of its own, and returns the status lines of what comes back, once the other side has ended it. */
function exchange(text: string): Promise<string[]> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text))
    socket.on('data', (chunk) => (answer += chunk))
    socket.once('error', reject)
    socket.once('close', () => resolve(answer.split('\r\n').flatMap((line) => /^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? [])))
  })
}

const HEAD = 'POST /agent/x HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\n'
const CHUNKED = 'transfer-encoding: chunked\r\n'
const CHUNKS = '\r\n3\r\n{"a\r\n4;b=c\r\n":1}\r\n0\r\n'

// RFC 9110, 10.1.1 and 6.6.2; RFC 9112, 7.1.2 and 9.6.
test.each<[what: string, text: string, statuses: string[]]>([
  ['chunks', `${CHUNKED}${CHUNKS}\r\n`, ['200']],
  ['chunks and an expectation', `${CHUNKED}expect: 100-continue\r\n${CHUNKS}\r\n`, ['100', '200']],
  ['chunks and a trailer that was announced', `${CHUNKED}trailer: x-sum\r\n${CHUNKS}x-sum: 1\r\n\r\n`, ['200']],
  ['chunks and a trailer that is missing', `${CHUNKED}trailer: x-sum\r\n${CHUNKS}\r\n`, ['200']],
  ['chunks and all of it', `${CHUNKED}te: trailers\r\nexpect: 100-continue\r\ntrailer: x\r\n${CHUNKS}x: 1\r\n\r\n`, ['100', '200']],
  ['a length and a trailer, which then cannot come', 'content-length: 7\r\ntrailer: x\r\n\r\n{"a":1}', ['200']],
])('a request with %s reaches the part, and its connection is closed as it asks', async (_what, text, statuses) => {
  seen.length = 0
  expect([await exchange(HEAD + text), seen.map(({ body }) => body)]).toEqual([statuses, ['{"a":1}']])
})

// RFC 9112, 6.3: it might be an attempt at request smuggling. RFC 9110, 10.1.1.
test.each<[what: string, text: string, status: string]>([
  ['a length beside chunks', `${CHUNKED}content-length: 7\r\n${CHUNKS}\r\n`, '400'],
  ['a length in the trailer', `${CHUNKED}trailer: content-length\r\n${CHUNKS}content-length: 3\r\n\r\n`, '400'],
  ['a trailer that is no field', `${CHUNKED}trailer: x\r\n${CHUNKS}x 1\r\n\r\n`, '400'],
  ['an expectation that nobody knows', 'content-length: 7\r\nexpect: 200-maybe\r\n\r\n{"a":1}', '417'],
])('a request with %s is refused', async (_what, text, status) => {
  expect(await exchange(HEAD + text)).toEqual([status])
})

test('a body that no part takes is refused with 413, whatever the part says of it', async () => {
  const answer = await fetch(`${base}/agent/x`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: ' '.repeat(2_000_000),
  })
  expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'fst_err_ctp_body_too_large' }])
})

test('a body is passed on byte by byte, with its content type', async () => {
  seen.length = 0
  const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x22, 0x7d])
  await fetch(`${base}/agent/x`, { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, body: bytes })
  expect(seen[0]?.request.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'content-length': '5' })
  expect(seen[0]?.body).toBe(String(bytes))
})
