import { createServer, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createFront } from './front.ts'

/** A front before an Alertmanager of the test's own; both end with the test. */

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0).toReversed()) {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port // A TCP server's address is no string.
}

async function frontOf(alertmanager: RequestListener, prefix = '/secret'): Promise<string> {
  const port = await listen(createServer(alertmanager))
  return `http://127.0.0.1:${await listen(createFront({ port, prefix }))}`
}

/** Answers with what came in, and with the headers that Alertmanager adds for every origin. */
const echo: RequestListener = (request, reply) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    reply.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'application/json' })
    reply.end(JSON.stringify({ method: request.method, url: request.url, body, origin: request.headers.origin ?? null }))
  })
}

it('passes on what programs send, under the inner prefix, and no CORS header back', async () => {
  const url = await frontOf(echo)
  const posted = await fetch(`${url}/api/v2/alerts?a=1`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[1]' })
  expect(await posted.json()).toEqual({ method: 'POST', url: '/secret/api/v2/alerts?a=1', body: '[1]', origin: null })
  expect(posted.headers.get('access-control-allow-origin')).toBeNull()
  expect(posted.headers.get('x-frame-options')).toBe('DENY')
  expect(await (await fetch(`${url}/api/v2/silence/x`, { method: 'DELETE' })).json()).toMatchObject({ method: 'DELETE' })
  expect(await (await fetch(`${url}/-/reload`, { method: 'POST' })).json()).toMatchObject({ method: 'POST', url: '/secret/-/reload' })
})

it('passes on what Alertmanager’s own page sends, without its Origin', async () => {
  const url = await frontOf(echo)
  const headers = { origin: url, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
  const reply = await fetch(`${url}/api/v2/silences`, { method: 'POST', headers, body: '{}' })
  expect(await reply.json()).toMatchObject({ body: '{}', origin: null })
})

it.each<[string, RequestInit, number]>([
  [
    'JSON of another origin',
    { method: 'POST', headers: { origin: 'https://evil.example', 'content-type': 'application/json' }, body: '[]' },
    403,
  ],
  ['the question before it', { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } }, 403],
  ['a form', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1' }, 415],
  ['a bodyless form post of another port', { method: 'POST', headers: { origin: 'http://127.0.0.1:5000' } }, 403],
  ['a read from another site', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
])('refuses %s, which never reaches Alertmanager', async (_, init, status) => {
  let asked = 0
  const url = await frontOf((_request, reply) => {
    asked += 1
    reply.end()
  })
  const reply = await fetch(`${url}/api/v2/alerts`, init)
  expect([reply.status, reply.headers.get('content-type'), asked]).toEqual([status, 'application/problem+json', 0])
})

it('refuses a name that is not this machine’s', async () => {
  const url = await frontOf(echo)
  const status = await new Promise((done) => {
    request(`${url}/api/v2/alerts`, { headers: { host: 'rebound.example:9093' } }, (reply) => done(reply.statusCode)).end()
  })
  expect(status).toBe(421)
})

it('leads redirects back to itself and never shows the prefix', async () => {
  const url = await frontOf((_request, reply) => reply.writeHead(302, { location: '/secret/graph' }).end())
  expect((await fetch(`${url}/`, { redirect: 'manual' })).headers.get('location')).toBe('/graph')
})

it('answers 502 while Alertmanager does not listen', async () => {
  const url = `http://127.0.0.1:${await listen(createFront({ port: 1, prefix: '' }))}`
  expect((await fetch(`${url}/-/ready`)).status).toBe(502)
})

it('opens the runbook of an alert, and nothing beside the runbooks', async () => {
  const url = await frontOf(echo)
  expect(await (await fetch(`${url}/runbooks/Watchdog`)).text()).toContain('# Watchdog')
  expect((await fetch(`${url}/runbooks/NoSuchAlert`)).status).toBe(404)
  expect(await (await fetch(`${url}/runbooks/..%2Ffaults`)).json()).toMatchObject({ url: '/secret/runbooks/..%2Ffaults' })
})
