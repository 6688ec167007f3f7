import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../test-parts/free-port.ts'
import { startGateway } from '../../test-parts/running-gateway.ts'
import { AgentList } from '../helpdesk/api.ts'
import { createRemoteAgents, readRemoteAgents } from './remote-agents.ts'

/** A gateway of somebody else, which speaks the protocol. */
let elsewhere: Awaited<ReturnType<typeof startGateway>>
let base = ''
beforeAll(async () => {
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  elsewhere = await startGateway({ publicUrl: base })
  await elsewhere.app.listen({ host: '127.0.0.1', port })
})
afterAll(() => elsewhere[Symbol.asyncDispose]())

test('an agent elsewhere takes the place of a specialist: it is listed in its place and asked instead', async () => {
  const remote = createRemoteAgents({ entries: [{ url: `${base}/a2a/postgres_database_agent/`, replaces: 'k8s_agent' }] })
  await using gateway = await startGateway({ remote })
  const { body } = await gateway.get('/api/v1/agents')
  expect([...Value.Errors(AgentList, body)]).toEqual([])
  expect(body.map(({ name, url }: { name: string; url: string }) => [name, url.includes(base)])).toEqual([
    ['postgres_database_agent', false],
    ['incident_agent', false],
    ['k8s_agent', true],
  ])
  const answer = await gateway.post('/api/v1/query', { agent: 'k8s_agent', message: 'who holds the slots?' })
  expect(answer.body).toMatchObject({
    agent: 'postgres_database_agent',
    state: 'completed',
    text: expect.stringContaining('An outside client'),
  })
})

test('the orchestrator asks agents elsewhere as well; who cannot be reached is named and done without', async () => {
  const remote = createRemoteAgents({ entries: [{ url: `${base}/a2a/incident_agent/` }, { url: 'http://127.0.0.1:1/' }] })
  await using gateway = await startGateway({ remote })
  const sent = {
    jsonrpc: '2.0',
    id: 1,
    method: 'SendMessage',
    params: { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'any problem?' }] } },
  }
  const answer = await gateway.app.inject({ method: 'POST', url: '/a2a', payload: sent, headers: { 'a2a-version': '1.0' } })
  const artifacts: { name: string; parts: { text?: string }[] }[] = answer.json().result.task.artifacts
  expect(artifacts.map(({ name }) => name)).toEqual(['answer', 'answer of incident_agent', 'answer of http://127.0.0.1:1/'])
  expect(artifacts[1]?.parts[0]?.text).toContain('An outside client holds the slots.')
  expect(artifacts[2]?.parts[0]?.text).toMatch(/^http:\/\/127\.0\.0\.1:1\/ cannot be asked: /)
  const { body } = await gateway.get('/api/v1/agents')
  expect(body.at(-1)).toMatchObject({ name: 'http://127.0.0.1:1/', description: expect.stringMatching(/^Cannot be reached/), skills: [] })
})

test.each([
  ['https://agents.example/db', [{ url: 'https://agents.example/db' }]],
  ['k8s_agent=https://a.example/, https://b.example', [{ url: 'https://a.example/', replaces: 'k8s_agent' }, { url: 'https://b.example' }]],
  ['', []],
])('GATEWAY_AGENTS=%s is read', (text, entries) => {
  expect(readRemoteAgents(text, ['k8s_agent'])).toEqual(entries)
})

test.each(['nothing', 'ftp://x', 'unknown=https://a.example', 'https://user:pw@a.example'])('GATEWAY_AGENTS=%s is refused', (text) => {
  expect(() => readRemoteAgents(text, ['k8s_agent'])).toThrow(/GATEWAY_AGENTS must hold/)
})
