import type { InjectOptions } from 'fastify'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startAgentApp } from '../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../test-parts/alerts.ts'
import { IncidentList, IncidentWithTimeline, type TimelineEvent } from './api.ts'

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
})
afterEach(() => running[Symbol.asyncDispose]())

const post = (url: string, payload: unknown) =>
  running.app.inject({ method: 'POST', url, payload: payload as InjectOptions['payload'] & object })
const alert = { status: 'firing', labels: { alertname: 'A', service: 's' }, startsAt: '2026-11-21T10:00:00Z' }

test('an alert group is stored when its 200 comes, and says what came of each alert', async () => {
  const answer = await post('/alerts', alertGroup(receivedAlert(), receivedAlert({ alertname: 'B' }), receivedAlert()))
  expect(answer.statusCode).toBe(200)
  const [incident] = await running.store.incidents.list(10)
  expect(answer.json().alerts).toEqual([
    { reason: 'new_episode', effect: 'opened', incident_id: incident?.id },
    { reason: 'new_episode', effect: 'joined', incident_id: incident?.id },
    { reason: 'repeated', effect: 'none', incident_id: incident?.id },
  ])
})

test('the good alerts of a message are stored, and the bad ones are answered by name', async () => {
  const answer = await post('/alerts', {
    version: '1',
    truncatedAlerts: 3,
    alerts: [{ ...alert, startsAt: 'x' }, alert, { ...alert, labels: 7 }],
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({
    accepted: 1,
    truncated: 3,
    rejected: [
      { index: 0, field: 'startsAt' },
      { index: 2, field: 'labels' },
    ],
  })
  expect(await running.store.alerts.openEpisodes()).toHaveLength(1)
})

test('a Watchdog is stored as a heartbeat and opens nothing', async () => {
  const watchdog = { ...alert, labels: { alertname: 'Watchdog', severity: 'none' } }
  expect((await post('/alerts', { alerts: [watchdog] })).json()).toMatchObject({ accepted: 1, alerts: [] })
  expect(await running.store.alerts.lastBeat()).toEqual(expect.stringMatching(/Z$/))
  expect(await running.store.incidents.list(10)).toEqual([])
})

test('alerts that cannot be stored are answered 503, so that Alertmanager tries again', async () => {
  await running.store[Symbol.asyncDispose]()
  const answer = await post('/alerts', alertGroup(receivedAlert()))
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'not_stored'])
  running.store[Symbol.asyncDispose] = async () => {} // It is closed already.
})

test.each<[string, unknown, string]>([
  ['/alerts', undefined, 'body'],
  ['/alerts', [], 'body'],
  ['/alerts', {}, 'body.alerts'],
  ['/alerts', { alerts: [] }, 'body.alerts'],
  ['/alerts', { alerts: [{ ...alert, status: 'burning' }] }, 'body.alerts.0.status'],
  [
    '/alerts',
    {
      alerts: [
        { ...alert, startsAt: undefined },
        { ...alert, labels: {} },
      ],
    },
    'body.alerts.0.startsAt',
  ],
  ['/alerts', { alerts: [{ ...alert, startsAt: 'yesterday at about ten' }] }, 'body.alerts.0.startsAt'],
  ['/alerts', { alerts: [{ ...alert, labels: null }] }, 'body.alerts.0.labels'],
  ['/alerts', { alerts: ['text'] }, 'body.alerts.0'],
  ['/human/decision', {}, 'body.decision'],
  ['/human/decision', { decision: ' \n' }, 'body.decision'],
  ['/human/decision', { decision: 7 }, 'body.decision'],
  ['/human/decision', { decision: 'x'.repeat(1_601) }, 'body.decision'],
  ['/human/decision', { decision: 'why?', to: 'whatsapp:+1' }, 'body.to'],
  ['/api/incidents/I1/messages', {}, 'body.body'],
  ['/api/incidents/I1/messages', { body: '' }, 'body.body'],
  ['/api/incidents/I1/messages', { body: 'why?', from: 'whatsapp:+15550100666' }, 'body.from'],
])('POST %s with %j is a 400 that names the field and changes nothing', async (url, payload, field) => {
  await running.store.alerts.apply([receivedAlert()])
  const before = JSON.stringify([
    await running.store.incidents.list(100),
    await running.store.incidents.newestEventId(),
    await running.store.inbox.unanswered(),
    await running.store.alerts.openEpisodes(),
  ])
  const answer = await post(url, payload)
  expect([answer.statusCode, answer.json().field]).toEqual([400, field])
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(
    JSON.stringify([
      await running.store.incidents.list(100),
      await running.store.incidents.newestEventId(),
      await running.store.inbox.unanswered(),
      await running.store.alerts.openEpisodes(),
    ]),
  ).toBe(before)
})

test.each<[string, InjectOptions, number]>([
  [
    'JSON that breaks off',
    { method: 'POST', url: '/alerts', payload: '{"alerts": [', headers: { 'content-type': 'application/json' } },
    400,
  ],
  [
    'a form instead of JSON',
    { method: 'POST', url: '/alerts', payload: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
  ],
  [
    'text that a web page may send anywhere',
    { method: 'POST', url: '/human/decision', payload: '{"decision":"x"}', headers: { 'content-type': 'text/plain' } },
    415,
  ],
  ['a body over the limit', { method: 'POST', url: '/human/decision', payload: { decision: 'x'.repeat(2_000_000) } }, 413],
  ['an incident that does not exist', { method: 'GET', url: '/api/incidents/I99' }, 404],
  ['a message to one that does not exist', { method: 'POST', url: '/api/incidents/I99/messages', payload: { body: 'why?' } }, 404],
  [
    'a decision about one that does not exist',
    { method: 'POST', url: '/human/decision', payload: { decision: 'why?', incident: 'I99' } },
    404,
  ],
  ['a limit of nothing', { method: 'GET', url: '/api/incidents?limit=0' }, 400],
  ['a limit that is no number', { method: 'GET', url: '/api/incidents?limit=many' }, 400],
  ['a very long id', { method: 'GET', url: `/api/incidents/${'x'.repeat(65)}` }, 400],
  ['an id of events that is no number', { method: 'GET', url: '/api/events?after=x' }, 400],
  ['a negative id of events', { method: 'GET', url: '/api/events?after=-1' }, 400],
  ['a method that the route does not have', { method: 'DELETE', url: '/api/incidents/I1' }, 404],
  ['a foreign host', { method: 'GET', url: '/api/incidents', headers: { host: 'evil.example' } }, 421],
])('%s is a 4xx and changes nothing', async (_title, request, status) => {
  await running.store.alerts.apply([receivedAlert()])
  const before = JSON.stringify([
    await running.store.incidents.list(100),
    await running.store.incidents.newestEventId(),
    await running.store.inbox.unanswered(),
  ])
  const answer = await running.app.inject(request)
  expect([answer.statusCode, answer.json().status]).toEqual([status, status])
  expect(
    JSON.stringify([
      await running.store.incidents.list(100),
      await running.store.incidents.newestEventId(),
      await running.store.inbox.unanswered(),
    ]),
  ).toBe(before)
})

test('incidents come newest first and whole, as the contract says', async () => {
  await post('/alerts', alertGroup(receivedAlert(), receivedAlert({ service: 'other' })))
  await running.agent.idle()
  const list = (await running.app.inject('/api/incidents')).json()
  expect([...Value.Errors(IncidentList, list)]).toEqual([])
  expect(list.incidents.map(({ ref }: { ref: string }) => ref)).toEqual(['I2', 'I1'])
  expect((await running.app.inject('/api/incidents?limit=1')).json().incidents).toHaveLength(1)
  const one = (await running.app.inject('/api/incidents/i1')).json()
  expect([...Value.Errors(IncidentWithTimeline, one)]).toEqual([])
  expect(one.timeline.map(({ event }: TimelineEvent) => event.kind)).toEqual(
    expect.arrayContaining(['alert_firing', 'investigation_started', 'step', 'tool_result', 'diagnosis', 'message_queued']),
  )
})

test('a message through the API is the conversation of that incident, and a decision is that of the phone', async () => {
  await post('/alerts', alertGroup(receivedAlert(), receivedAlert({ service: 'other' })))
  expect((await post('/api/incidents/I1/messages', { body: 'why?' })).statusCode).toBe(202)
  expect((await post('/human/decision', { decision: 'and I2?' })).statusCode).toBe(202)
  expect((await post('/human/decision', { decision: 'here too', incident: 'i2' })).statusCode).toBe(202)
  await vi.waitFor(() =>
    expect(running.phone.bodies()).toEqual(
      expect.arrayContaining(['*I1* You said: why?', '*I2* You said: and I2?', '*I2* You said: here too']),
    ),
  )
})

test('GET /healthz says which connectors are real, and GET /metrics counts', async () => {
  expect((await running.app.inject('/healthz')).json()).toEqual({
    ok: true,
    connectors: [
      { id: 'model', name: 'Model', kind: 'stand_in', address: null },
      { id: 'test', name: 'test', kind: 'real', address: null },
    ],
    unpaged: [],
  })
  expect((await running.app.inject('/metrics')).body).toContain('on_call_agent_alerts_total{reason="new_episode"} 0')
  await post('/alerts', alertGroup(receivedAlert()))
  expect((await running.app.inject('/metrics')).body).toContain('on_call_agent_alerts_total{reason="new_episode"} 1')
})
