import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startGateway } from '../../test-parts/running-gateway.ts'
import { ActiveExecutions, Execution, ExecutionLogs, Triggered } from './api.ts'

let gateway: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const INCIDENT = {
  incident_number: 'INC0010001',
  short_description: 'Web server down - 500 errors',
  description: 'The main web server is returning 500 internal server errors.',
  priority: '1 - Critical',
  category: 'Software',
  assignment_group: 'SRE Team',
  state: '2',
  target: { ip_address: '10.0.1.100', hostname: 'web-prod-01.company.com', service: 'nginx' },
}

test('an incident of ServiceNow becomes an execution, once, whose steps, hypotheses and logs can be read', async () => {
  const { status, body } = await gateway.post('/api/v1/incident/trigger-agent', INCIDENT)
  expect([status, ...Value.Errors(Triggered, body)]).toEqual([200])
  expect(body).toMatchObject({ incident_number: 'INC0010001', status: 'running' })
  const again = await gateway.post('/api/v1/incident/trigger-agent', INCIDENT)
  expect(again.body).toMatchObject({ execution_id: body.execution_id, message: 'The agent knows this incident already.' })

  const path = `/api/v1/incident/execution/${body.execution_id}`
  await vi.waitFor(async () => expect((await gateway.get(path)).body.current_step).toBe('diagnose'))
  const execution = (await gateway.get(path)).body
  expect([...Value.Errors(Execution, execution)]).toEqual([])
  expect(execution.timeline.map(({ action_type }: { action_type: string }) => action_type)).toEqual(['analyze', 'hypothesize', 'diagnose'])
  expect(execution.timeline.map((step: { status: string }) => step.status)).toEqual(['completed', 'completed', 'running'])
  expect(execution.hypotheses[0]).toMatchObject({ confidence_score: 50, status: 'open' })

  const logs = (await gateway.get(`${path}/logs`)).body
  expect([...Value.Errors(ExecutionLogs, logs)]).toEqual([])
  expect(logs.logs[0]).toMatchObject({ step: 1, command_executed: expect.stringContaining('fetch_logs'), status: 'completed' })

  const active = (await gateway.get('/api/v1/incident/executions/active')).body
  expect([...Value.Errors(ActiveExecutions, active)]).toEqual([])
  expect(active.executions).toMatchObject([{ incident_number: 'INC0010001', status: 'running' }])
})

test('what ServiceNow says of an incident is kept: severity, service, host, group', async () => {
  const [incident] = await gateway.agent.store.incidents.list(1)
  expect(incident).toMatchObject({ service: 'nginx', severity: 'critical' })
  expect(incident?.alerts[0]?.labels).toMatchObject({
    target: 'web-prod-01.company.com',
    assignment_group: 'SRE Team',
    priority: '1 - Critical',
  })
})

test.each([
  [{}, 'body.incident_number'],
  [{ ...INCIDENT, incident_number: 'INC 1' }, 'body.incident_number'],
  [{ ...INCIDENT, short_description: '' }, 'body.short_description'],
  [{ ...INCIDENT, target: 'nginx' }, 'body.target'],
  [{ ...INCIDENT, description: 7 }, 'body.description'],
])('POST /api/v1/incident/trigger-agent with %j is a 400 that names %s', async (body, field) => {
  const answer = await gateway.post('/api/v1/incident/trigger-agent', body)
  expect([answer.status, answer.body.field]).toEqual([400, field])
})

test.each([
  ['9999', 404],
  ['0', 400],
  ['x', 400],
  ['1e99', 400],
])('execution %s is a %i', async (id, status) => {
  expect((await gateway.get(`/api/v1/incident/execution/${id}`)).status).toBe(status)
})
