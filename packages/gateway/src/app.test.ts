import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { startGateway } from '../test-parts/running-gateway.ts'
import { createRemoteAgents } from './a2a/remote-agents.ts'
import { createAgentClient } from './agent-client.ts'
import { buildApp } from './app.ts'
import { createCallbacks } from './callbacks/callbacks.ts'
import { readCallbackPolicy } from './callbacks/decide-callback.ts'
import { createRateLimit } from './rate-limit.ts'

test('with a token every route but /healthz and /metrics asks for it', async () => {
  await using gateway = await startGateway({ token: 'sesame' })
  for (const url of ['/api/v1/agents', '/health', '/incidents', '/api/openapi.json', '/no-such-route'])
    expect([url, (await gateway.app.inject(url)).statusCode]).toEqual([url, 401])
  expect((await gateway.app.inject({ url: '/health', headers: { authorization: 'Bearer sesame' } })).statusCode).toBe(200)
  expect((await gateway.app.inject('/healthz')).statusCode).toBe(200)
})

test.each([
  [{ origin: 'http://evil.example' }, 403],
  [{ origin: 'http://127.0.0.1:8091', host: '127.0.0.1:8091' }, 415],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
])('a browser that sends %j with a form gets %i, so that no page asks or approves', async (headers, status) => {
  await using gateway = await startGateway()
  for (const path of ['/ask', '/approve/A1', '/trigger-test', '/webhook', '/api/v1/query', '/api/v1/incident/trigger-agent'])
    expect([path, (await gateway.post(path, { question: 'x' }, headers)).status]).toEqual([path, status])
})

test('an agent that cannot be reached is a 502 with a reason, and its health says nothing of it', async () => {
  const agent = createAgentClient({ url: 'http://127.0.0.1:1', timeoutMs: 1_000 })
  const callbacks = createCallbacks({ policy: readCallbackPolicy('') })
  const app = await buildApp({
    registry: new Registry(),
    agent,
    callbacks,
    remote: createRemoteAgents({ entries: [] }),
    publicUrl: 'http://x',
    logLevel: 'silent',
  })
  const answer = await app.inject('/api/v1/agents')
  expect([answer.statusCode, answer.json().code]).toEqual([502, 'agent_unreachable'])
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  await app.close()
})

test('100 callers of GET /api/v1/agents within a second cost the agent one request', async () => {
  await using gateway = await startGateway()
  let requests = 0
  gateway.agent.app.server.on('request', () => {
    requests += 1
  })
  await Promise.all(Array.from({ length: 100 }, () => gateway.get('/api/v1/agents')))
  expect(requests).toBe(1)
})

test('a question over a real connection is answered, however long after it was read', async () => {
  await using gateway = await startGateway()
  const address = await gateway.app.listen({ host: '127.0.0.1', port: 0 })
  const answer = await fetch(`${address}/ask`, { method: 'POST', body: '{"question":"any problem?"}' })
  expect([answer.status, await answer.json()]).toMatchObject([200, { answer: 'An outside client holds the slots.' }])
})

test('GET /api/openapi.json names the routes of all three APIs', async () => {
  await using gateway = await startGateway()
  const { paths } = (await gateway.get('/api/openapi.json')).body
  const all = [
    '/api/v1/agents',
    '/api/v1/query',
    '/api/v1/db/{tool}',
    '/ask',
    '/webhook',
    '/approve/{id}',
    '/api/v1/incident/execution/{id}/logs',
  ]
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(all))
})

test('a caller may ask twice the rate at once, and then at the rate; another caller has a share of its own', () => {
  let now = 0
  const mayPass = createRateLimit(10, () => now)
  const passed = (caller: string) => Array.from({ length: 50 }, () => mayPass(caller)).filter(Boolean).length
  expect(passed('a')).toBe(20)
  expect(passed('b')).toBe(20)
  now = 500
  expect(passed('a')).toBe(5)
})

test('beyond the rate a request is a 429 that says when to ask again', async () => {
  await using gateway = await startGateway({ perSecond: 5 })
  const answers = await Promise.all(Array.from({ length: 30 }, () => gateway.app.inject('/health')))
  const refused = answers.filter(({ statusCode }) => statusCode === 429)
  expect([refused.length >= 15, answers.filter(({ statusCode }) => statusCode === 200).length + refused.length]).toEqual([true, 30])
  expect([refused[0]?.headers['retry-after'], refused[0]?.json()]).toMatchObject(['1', { status: 429, code: 'too_many_requests' }])
})

test.each([
  ['/ask', 400, 'too_many_values'],
  ['/api/v1/query', 400, 'too_many_values'],
  ['/no/such/route', 404, 'no_such_route'],
])(
  'a body of more values than any question has is refused by %s before it is parsed, a longer one by its length',
  async (path, status, code) => {
    await using gateway = await startGateway()
    const wide = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, i]))
    const [many, long] = [await gateway.post(path, wide(1_100)), await gateway.post(path, wide(20_000))]
    expect([many.status, many.body.code]).toEqual([status, code])
    expect([413, 404]).toContain(long.status)
  },
)

const JSON_BODY = { 'content-type': 'application/json' }

test('MCP and A2A answer a body of too many values as their protocols say, and the webhook takes what Alertmanager sends', async () => {
  await using gateway = await startGateway()
  const call = { jsonrpc: '2.0', id: 1, method: 'ping', params: Object.fromEntries(Array.from({ length: 1_100 }, (_, i) => [`k${i}`, i])) }
  expect(await gateway.post('/mcp', call, JSON_BODY)).toMatchObject({ status: 400, body: { error: { code: -32_700 } } })
  expect(await gateway.post('/a2a', call, JSON_BODY)).toMatchObject({ status: 200, body: { error: { code: -32_600 } } })
  const labels = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`l${i}`, 'x']))
  const alert = {
    status: 'firing',
    labels: { alertname: 'X', service: 's', ...labels },
    annotations: {},
    startsAt: new Date().toISOString(),
    fingerprint: 'f',
  }
  expect((await gateway.post('/webhook', { version: '4', status: 'firing', alerts: [alert] })).body.code).not.toBe('too_many_values')
})
