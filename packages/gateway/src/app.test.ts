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
