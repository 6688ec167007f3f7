import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import { startStandIns } from '@oncall-lab/stand-ins/test-stand-ins'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { startAgentApp } from '../../../test-parts/agent-app.ts'
import { startFaultProxy } from '../../../test-parts/fault-proxy.ts'
import { createServiceNowClient, type ServiceNowClient } from '../../servicenow/client.ts'
import { createReporter } from './report-back.ts'
import { registerServiceNowRoutes } from './trigger.ts'

const FIELDS = {
  short_description: 'Web server down',
  description: 'The page does not answer.',
  impact: '1',
  urgency: '1',
  u_host: 'web-prod-01',
  u_service: 'nginx',
}

let desk: ServiceNowClient
let agent: Awaited<ReturnType<typeof startAgentApp>>
let proxy: Awaited<ReturnType<typeof startFaultProxy>>
let round: () => Promise<void>

beforeEach(async () => {
  const standIns = await startStandIns()
  proxy = await startFaultProxy(standIns.url)
  const access = { user: KNOWN.serviceNowUser, password: KNOWN.serviceNowPassword, closeCode: 'Solution provided' }
  const client = createServiceNowClient({ ...access, url: `${proxy.url}/servicenow` }, 5_000)
  desk = createServiceNowClient({ ...access, url: `${standIns.url}/servicenow` })
  const instance = 'desk.example'
  agent = await startAgentApp({
    triggers: [{ id: 'servicenow', routes: (app, deps) => registerServiceNowRoutes(app, { client, instance }, deps) }],
  })
  const deps = { store: agent.store, receive: agent.agent.receiveAlerts, onClosed: () => undefined, onError: () => undefined }
  const reporter = createReporter({ client, instance, closeCode: access.closeCode }, deps)
  round = () => reporter.round(AbortSignal.timeout(5_000))
  onTestFinished(async () => {
    await agent[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await standIns[Symbol.asyncDispose]()
  })
})

/** What the gateway passes on of a webhook. */
const told = async (hint: { number: string; sys_id?: string }) => {
  const answer = await agent.app.inject({ method: 'POST', url: '/api/servicenow/records', payload: hint })
  return { status: answer.statusCode, body: answer.json() }
}
const incidents = () => agent.store.incidents.list(20)
const notesOf = async (sysId: string) => (await desk.read(sysId))?.shown('work_notes') ?? ''
const countOf = (text: string, part: string) => text.split(part).length - 1

test('the record is read back: what the webhook claims of it does not count', async () => {
  const { sysId, value } = await desk.create(FIELDS)
  const number = value('number')
  expect(await told({ number, sys_id: sysId })).toMatchObject({
    status: 201,
    body: {
      service: 'nginx',
      severity: 'critical',
      alerts: [{ alertname: 'Web server down', labels: { target: 'web-prod-01', external_id: number, priority: '1 - Critical' } }],
    },
  })
  expect(await told({ number: 'INC0099999', sys_id: sysId })).toMatchObject({ status: 404 })
  expect(await told({ number, sys_id: 'f'.repeat(32) })).toMatchObject({ status: 404 })
  expect(await told({ number: 'INC0099999' })).toMatchObject({ status: 404 })
  expect(await incidents()).toHaveLength(1)
})

test('duplicates at once and updates out of order are one incident, which is its record', async () => {
  const { sysId, value } = await desk.create(FIELDS)
  await desk.change(sysId, { urgency: '2' })
  await desk.change(sysId, { work_notes: 'a person writes' })
  const answers = await Promise.all(Array.from({ length: 12 }, () => told({ number: value('number'), sys_id: sysId })))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(11).fill(200), 201])
  await agent.agent.idle()
  await round()
  expect(await incidents()).toMatchObject([{ ref: 'I1', ticket: { key: value('number') } }])
  expect((await desk.findBy('short_description', FIELDS.short_description)).length).toBe(1)
})

test('what happens here becomes work notes, each once, also when the answer to one is lost', async () => {
  const { sysId, value } = await desk.create(FIELDS)
  await told({ number: value('number'), sys_id: sysId })
  await agent.agent.idle()
  proxy.behaviour.fault = ({ method }) => (method === 'PATCH' ? { kind: 'lost' } : { kind: 'passes' })
  await expect(round()).rejects.toThrow(/ServiceNow could not change a record: it gave no answer/)
  proxy.behaviour.fault = () => ({ kind: 'passes' })
  await round()
  await round()
  const notes = await notesOf(sysId)
  expect([countOf(notes, 'works on it as I1'), countOf(notes, 'Diagnosis (')]).toEqual([1, 1])
  expect((await desk.read(sysId))?.value('state')).toBe('2')
})

test.each([
  ['429', { kind: 'answers', status: 429, headers: { 'retry-after': '7' } }, { upstreamStatus: 429, failed: { retryAfterMs: 7_000 } }],
  ['401', { kind: 'answers', status: 401 }, { upstreamStatus: 401, failed: { slow: true } }],
] as const)('a %s is passed on with what a second try would do, and nothing is lost or doubled by it', async (_title, fault, error) => {
  const { sysId, value } = await desk.create(FIELDS)
  await told({ number: value('number'), sys_id: sysId })
  await agent.agent.idle()
  proxy.behaviour.fault = () => fault
  await expect(round()).rejects.toMatchObject(error)
  expect(await told({ number: value('number'), sys_id: sysId })).toMatchObject({ status: 502 })
  proxy.behaviour.fault = () => ({ kind: 'passes' })
  await round()
  expect(countOf(await notesOf(sysId), 'works on it as I1')).toBe(1)
  expect(await incidents()).toHaveLength(1)
})

test('a record that a person closes meanwhile ends its incident and is written to no more', async () => {
  const { sysId, value } = await desk.create(FIELDS)
  await told({ number: value('number'), sys_id: sysId })
  await agent.agent.idle()
  const closed = await desk.change(sysId, { state: '6', close_code: 'User error', close_notes: 'by hand' })
  await round()
  expect(await incidents()).toMatchObject([{ status: 'resolved' }])
  await round()
  expect((await desk.read(sysId))?.value('sys_mod_count')).toBe(closed.value('sys_mod_count'))
  expect(await told({ number: value('number'), sys_id: sysId })).toMatchObject({ status: 409 })
  expect(await incidents()).toHaveLength(1)
})

test('a record that was over before anybody told of it opens nothing', async () => {
  const { sysId, value } = await desk.create(FIELDS)
  await desk.change(sysId, { state: '6', close_code: 'User error', close_notes: 'by hand' })
  expect(await told({ number: value('number'), sys_id: sysId })).toMatchObject({ status: 409 })
  expect(await incidents()).toEqual([])
})

test('an action that helped resolves the record with code and notes, and the incident with it', async () => {
  const { sysId, value } = await desk.create(FIELDS)
  const { body } = await told({ number: value('number'), sys_id: sysId })
  await agent.agent.idle()
  const verification = { sli: 'host_troubles', before: 2, after: 0, firing: [], seconds: 16 }
  await agent.store.incidents.append(body.id, {
    kind: 'action_verified',
    action_id: 'A1',
    action: 'run_remediation',
    outcome: 'verified',
    message: 'Nothing is wrong now.',
    verification,
  })
  await round()
  expect(await incidents()).toMatchObject([{ status: 'resolved' }])
  const record = await desk.read(sysId)
  expect([record?.shown('state'), record?.value('close_code')]).toEqual(['Resolved', 'Solution provided'])
  expect(record?.value('close_notes')).toContain('run_remediation was carried out with permission. Nothing is wrong now.')
  await vi.waitFor(async () => expect((await agent.store.incidents.find(body.id))?.phase).toBe('finalize'))
})

test('while the instance cannot be read nothing is opened', async () => {
  const { sysId, value } = await desk.create(FIELDS)
  proxy.behaviour.fault = () => ({ kind: 'reset' })
  expect(await told({ number: value('number'), sys_id: sysId })).toMatchObject({ status: 502 })
  expect(await incidents()).toEqual([])
})
