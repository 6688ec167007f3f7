import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway } from '../../test-parts/running-gateway.ts'
import { AgentList, TaskAnswer } from './api.ts'

let gateway: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

test('GET /api/v1/agents lists three agents, each with the tools that the on-call agent offers now', async () => {
  const { status, body } = await gateway.get('/api/v1/agents')
  expect([status, Value.Check(AgentList, body)]).toEqual([200, true])
  expect(body.map(({ name }: { name: string }) => name)).toEqual(['postgres_database_agent', 'k8s_agent', 'incident_agent'])
  const skills = body.map(({ skills }: { skills: { id: string }[] }) => skills.map(({ id }) => id))
  expect(skills).toEqual([['ask', 'check_connection'], ['ask'], ['ask']])
})

test.each(['postgres_database_agent', 'database', 'incident_agent'])(
  'POST /api/v1/query asks %s and answers with Markdown artifacts',
  async (agent) => {
    const { status, body } = await gateway.post('/api/v1/query', { agent, message: 'Why am I getting "too many clients" errors?' })
    expect([status, Value.Check(TaskAnswer, body)]).toEqual([200, true])
    expect(body.state).toBe('completed')
    expect(body.artifacts[0].parts[0].text).toContain('An outside client holds the slots.')
    expect(body.text).toContain(agent === 'incident_agent' ? 'fetch_logs' : 'check_connection: The database refuses')
  },
)

test('POST /api/v1/db/check_connection runs the function of the configured database that the connection string names', async () => {
  gateway.asked.length = 0
  const answer = await gateway.post('/api/v1/db/check_connection', {
    connection_string: 'host=localhost port=15432 dbname=shop user=postgres password=testpass',
  })
  expect(answer.status).toBe(200)
  expect(Value.Check(TaskAnswer, answer.body)).toBe(true)
  expect(answer.body).toMatchObject({
    agent: 'postgres_database_agent',
    state: 'completed',
    text: expect.stringContaining('too many clients'),
  })
  expect(gateway.asked).toEqual([{ database: 'shop' }])
  expect(JSON.stringify(answer.body)).not.toContain('testpass')
})

test.each([
  'host=10.0.0.9 port=15432 dbname=shop',
  'host=localhost port=5432 dbname=shop',
  'host=localhost port=15432 dbname=other',
  'host=localhost hostaddr=10.0.0.9 port=15432 dbname=shop',
  'service=shop',
  'shop',
  'postgres://127.0.0.1:15432/other',
  'postgres://127.0.0.1:15432/shop?host=10.0.0.9',
  'postgresql://evil.example/shop',
  'postgres://127.0.0.1:15432@evil.example/shop',
  'host=127.0.0.1,10.0.0.9 port=15432 dbname=shop',
])('connection_string %s is a 403, and nothing is connected', async (connection_string) => {
  gateway.asked.length = 0
  for (const [path, body] of [
    ['/api/v1/db/check_connection', {}],
    ['/api/v1/query', { agent: 'database', message: 'Is it well?' }],
  ] as const) {
    const answer = await gateway.post(path, { ...body, connection_string })
    expect([answer.status, answer.body.code]).toEqual([403, 'unknown_database'])
  }
  expect(gateway.asked).toEqual([])
})

test.each([
  ['/api/v1/db/drop_table', {}, 404, 'params.tool'],
  ['/api/v1/db/get_lock_info', {}, 404, 'params.tool'],
  ['/api/v1/k8s/get_pods', {}, 404, 'params.tool'],
  ['/api/v1/db/..%2Fincidents', {}, 400, 'params.tool'],
  ['/api/v1/db/check_connection', { connection_string: 7 }, 400, 'body.connection_string'],
  ['/api/v1/db/check_connection', '[]', 400, 'body'],
  ['/api/v1/query', {}, 400, 'body.agent'],
  ['/api/v1/query', { agent: 'database' }, 400, 'body.message'],
  ['/api/v1/query', { agent: 'database', message: ' ' }, 400, 'body.message'],
  ['/api/v1/query', { agent: 'database', message: 'x'.repeat(1_001) }, 400, 'body.message'],
  ['/api/v1/query', { agent: 'database', message: 'x', callback: 'http://x' }, 400, 'body.callback'],
  ['/api/v1/query', 'agent=database&message=x', 400, 'body'],
  ['/api/v1/query', '{"agent":"database","message":"x","__proto__":{"a":1}}', 400, 'body'],
] as const)('POST %s with %j is a %i that names %s', async (path, body, status, field) => {
  const answer = await gateway.post(path, body)
  expect([answer.status, answer.body.field]).toEqual([status, field])
})

test('an agent that does not exist is a 404 that lists the agents', async () => {
  const { status, body } = await gateway.post('/api/v1/query', { agent: 'root', message: 'x' })
  expect([status, body.detail]).toEqual([404, expect.stringContaining('postgres_database_agent, k8s_agent, incident_agent')])
})
