import type { InjectOptions } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PERSON, startAgentApp } from '../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../test-parts/alerts.ts'
import type { TimelineEvent } from './api.ts'

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
})
afterEach(() => running[Symbol.asyncDispose]())

const post = (url: string, payload: unknown) =>
  running.app.inject({ method: 'POST', url, payload: payload as InjectOptions['payload'] & object })
const get = async (url: string, headers: Record<string, string> = {}) => {
  const { statusCode, body } = await running.app.inject({ url, headers })
  return { status: statusCode, body: body.startsWith('{') ? JSON.parse(body) : body }
}
const refs = async (query: string) => (await get(`/api/incidents?${query}`)).body.incidents.map(({ ref }: { ref: string }) => ref)

test('the list is narrowed by status, service and words, and read page by page', async () => {
  await running.store.alerts.apply([
    receivedAlert({ service: 'a', summary: '100% broken' }),
    receivedAlert({ service: 'b', alertname: 'DiskFull' }),
    receivedAlert({ service: 'c' }),
  ])
  expect(await refs('service=b')).toEqual(['I2'])
  expect(await refs('status=resolved')).toEqual([])
  expect(await refs('q=diskfull')).toEqual(['I2'])
  expect(await refs('q=100%25%20broken')).toEqual(['I1'])
  expect(await refs('q=_')).toEqual([])
  const first = (await get('/api/incidents?limit=2')).body
  expect([first.incidents.map(({ ref }: { ref: string }) => ref), first.next]).toEqual([['I3', 'I2'], 'I2'])
  expect((await get(`/api/incidents?limit=2&before=${first.next}`)).body).toMatchObject({ incidents: [{ ref: 'I1' }], next: null })
})

test.each(['state=open', 'limit=0', 'before=7', 'status=open', 'q='])(
  'GET /api/incidents?%s is a 400 that names the parameter',
  async (query) => {
    const { status, body } = await get(`/api/incidents?${query}`)
    expect([status, body.field]).toEqual([400, `querystring.${query.split('=')[0]}`])
  },
)

test('the list holds no evidence, and each incident where it opens in a browser', async () => {
  await post('/alerts', alertGroup(receivedAlert()))
  await running.agent.idle()
  const { incidents } = (await get('/api/incidents')).body
  expect(incidents[0]).toMatchObject({ html_url: 'http://127.0.0.1:8087/incidents/I1', diagnosis: { status: expect.any(String) } })
  expect(incidents[0].diagnosis).not.toHaveProperty('evidence')
})

test('an incident is acknowledged once, looked at again, and exported', async () => {
  await post('/alerts', alertGroup(receivedAlert({ summary: 'line\n# not a heading' })))
  await running.agent.idle()
  for (let i = 0; i < 2; i += 1)
    expect((await running.app.inject({ method: 'POST', url: '/api/incidents/I1/acknowledge' })).statusCode).toBe(200)
  expect((await running.app.inject({ method: 'POST', url: '/api/incidents/I1/investigate' })).statusCode).toBe(202)
  await running.agent.idle()
  const kinds = (await get('/api/incidents/I1')).body.timeline.map(({ event }: TimelineEvent) => event.kind)
  expect(kinds.filter((kind: string) => kind === 'acknowledged')).toHaveLength(1)
  expect((await get('/api/incidents/I1')).body).toMatchObject({ acknowledged_by: PERSON, acknowledged_at: expect.stringMatching(/Z$/) })
  expect(kinds).toContain('message_received')
  const report = (await get('/api/incidents/I1/export')).body
  expect(report.match(/^#.*$/gm)).toEqual([
    expect.stringMatching(/^# I1: inventory/),
    ...['## Diagnosis', '## Clock', '## Decisions', '## Messages', '## Timeline'],
  ])
  expect((await get('/api/incidents/I1/export?format=json')).body.ref).toBe('I1')
  expect((await get('/api/incidents/I1/export?format=pdf')).status).toBe(400)
})
