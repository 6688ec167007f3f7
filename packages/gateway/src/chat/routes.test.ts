import { Action } from '@oncall-lab/on-call-agent/api'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { alertGroup, receivedAlert } from '../../../on-call-agent/test-parts/alerts.ts'
import { newAction, proposedEvent } from '../../../on-call-agent/test-parts/new-action.ts'
import { startGateway } from '../../test-parts/running-gateway.ts'
import { AskAnswer, ChatHealth, Config, Incidents, Pending, TestTriggered } from './api.ts'

let gateway: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

test.each([
  ['/health', ChatHealth],
  ['/config', Config],
  ['/incidents', Incidents],
  ['/pending', Pending],
])('GET %s has its documented shape', async (path, schema) => {
  const { status, body } = await gateway.get(path)
  expect([status, ...Value.Errors(schema, body)]).toEqual([200])
})

test('POST /webhook stores alerts before its 200, also under the content type of curl -d', async () => {
  const answer = await gateway.post('/webhook', alertGroup(receivedAlert({ alertname: 'PodCrashLoopBackOff' })))
  expect([answer.status, answer.body.accepted]).toEqual([200, 1])
  const { body } = await gateway.get('/incidents')
  expect(body.incidents[0].alerts[0].alertname).toBe('PodCrashLoopBackOff')
})

test('POST /webhook without an alert is the 400 of the agent, with its field', async () => {
  const answer = await gateway.post('/webhook', {})
  expect([answer.status, answer.body.field]).toEqual([400, 'body.alerts'])
})

test('POST /ask answers with the open incidents and takes no action', async () => {
  const { status, body } = await gateway.post('/ask', { question: 'any problem pods?' })
  expect([status, ...Value.Errors(AskAnswer, body)]).toEqual([200])
  expect(body).toMatchObject({ answer: 'An outside client holds the slots.', action_taken: null })
  expect(body.incidents.length).toBeGreaterThan(0)
})

test('POST /trigger-test opens an incident that the agent investigates', async () => {
  const { status, body } = await gateway.post('/trigger-test', '')
  expect([status, Value.Check(TestTriggered, body)]).toEqual([200, true])
  await vi.waitFor(async () => {
    const { body: list } = await gateway.get('/incidents')
    expect(list.incidents.find(({ ref }: { ref: string }) => ref === body.incident_id).diagnosis).not.toBeNull()
  })
})

test('GET /pending lists what waits for a person, and approving it is what the agent answers', async () => {
  const [incident] = await gateway.agent.store.incidents.list(1)
  await gateway.agent.store.actions.propose(newAction(incident?.id ?? ''), proposedEvent)
  const { body } = await gateway.get('/pending')
  expect(body.pending.map((action: unknown) => Value.Check(Action, action))).toEqual([true])
})

test.each([
  ['/ask', {}, 'body.question'],
  ['/ask', { question: '' }, 'body.question'],
  ['/ask', { question: 7 }, 'body.question'],
  ['/ask', { question: 'x', action: 'restart' }, 'body.action'],
  ['/ask', 'not json', 'body'],
  ['/approve/A1', { code: '12' }, 'body.code'],
  ['/approve/A%20B', {}, 'params.id'],
])('POST %s with %j is a 400 that names %s', async (path, body, field) => {
  const answer = await gateway.post(path, body)
  expect([answer.status, answer.body.field]).toEqual([400, field])
})

test('approving an action that does not exist is a 404', async () => {
  expect((await gateway.post('/approve/A999', '')).status).toBe(404)
})
