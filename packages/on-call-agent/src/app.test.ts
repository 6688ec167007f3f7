import type { AddressInfo } from 'node:net'
import type { InjectOptions } from 'fastify'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PERSON, startAgentApp } from '../test-parts/agent-app.ts'
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
    connectors: [{ id: 'model', name: 'Model', kind: 'stand_in', address: null }],
    unpaged: [],
  })
  expect((await running.app.inject('/metrics')).body).toContain('on_call_agent_alerts_total{reason="new_episode"} 0')
  await post('/alerts', alertGroup(receivedAlert()))
  expect((await running.app.inject('/metrics')).body).toContain('on_call_agent_alerts_total{reason="new_episode"} 1')
})

/** Reads server-sent events until told to stop; the ids and data as they came. */
async function openStream(path: string, headers: Record<string, string> = {}) {
  if (!running.app.server.listening) await running.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = running.app.server.address() as AddressInfo // Bound to TCP above.
  const ending = new AbortController()
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: ending.signal,
  })
  const events: TimelineEvent[] = []
  let buffered = ''
  const reading = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      buffered += chunk
      const frames = buffered.split('\n\n')
      buffered = frames.pop() ?? ''
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1]
        if (data === undefined) continue
        const event: TimelineEvent = JSON.parse(data)
        expect(frame).toContain(`id: ${event.id}`)
        expect(frame).toContain('event: timeline')
        events.push(event)
      }
    }
  })().catch(() => {})
  return { response, events, reading, stop: () => ending.abort() }
}
const add = async (count: number) => {
  const { id = '' } = (await running.store.incidents.list(1))[0] ?? {}
  for (let i = 0; i < count; i += 1) await running.store.incidents.append(id, { kind: 'investigation_started', model: `m${i}` })
}

test.each([
  ['?after', '?after=3', {}],
  ['Last-Event-ID, which wins', '?after=1', { 'last-event-id': '3' }],
])('the event stream goes on after %s, in order, without gap or double, while events are written', async (_title, query, headers) => {
  await running.store.alerts.apply([receivedAlert()])
  await add(1_200)
  const stream = await openStream(`/api/events${query}`, headers)
  for (let i = 0; i < 40; i += 1) {
    await add(5)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const all = Array.from({ length: 1_401 - 3 }, (_, i) => i + 4)
  await vi.waitFor(() => expect(stream.events).toHaveLength(all.length), { timeout: 5_000 })
  expect(stream.events.map(({ id }) => id)).toEqual(all)
  expect(stream.events).toEqual(await running.store.incidents.eventsAfter(3, 5_000))
  stream.stop()
})

test('without a place to go on from, the stream begins with what is new', async () => {
  await running.store.alerts.apply([receivedAlert()])
  await add(3)
  const stream = await openStream('/api/events')
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
  await add(1)
  await vi.waitFor(() => expect(stream.events.map(({ id }) => id)).toEqual([5]))
  stream.stop()
})

test('the app closes within a second while a stream is open, and the reader sees the end', async () => {
  await running.store.alerts.apply([receivedAlert()])
  const stream = await openStream('/api/events?after=0')
  await vi.waitFor(() => expect(stream.events).toHaveLength(1))
  const started = performance.now()
  await running.app.close()
  await stream.reading
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('a stream that cannot be read from the store ends, so that its reader comes again', async () => {
  await running.store.alerts.apply([receivedAlert()])
  const stream = await openStream('/api/events')
  const { incidents } = running.store
  const { eventsAfter } = incidents
  incidents.eventsAfter = async () => {
    throw new Error('disk I/O error')
  }
  await add(1)
  await stream.reading
  incidents.eventsAfter = eventsAfter
})

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
  expect(report.match(/^#.*$/gm)).toEqual([expect.stringMatching(/^# I1: inventory/), '## Diagnosis', '## Timeline'])
  expect((await get('/api/incidents/I1/export?format=json')).body.ref).toBe('I1')
  expect((await get('/api/incidents/I1/export?format=pdf')).status).toBe(400)
})

test('GET /api/openapi.json names every route with its parameters', async () => {
  const { body } = await get('/api/openapi.json')
  expect(body.openapi).toBe('3.1.0')
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/alerts', '/webhook/twilio', '/api/incidents', '/api/incidents/{id}', '/api/capabilities', '/human/decision']),
  )
  expect(body.paths['/api/incidents'].get.parameters.map(({ name }: { name: string }) => name)).toEqual([
    'status',
    'service',
    'q',
    'before',
    'limit',
  ])
})

test('GET /api/openapi.json says what every GET answers', async () => {
  const { paths } = (await get('/api/openapi.json')).body
  const gets = Object.entries<{ get?: { responses: Record<string, { content?: object }> } }>(paths).filter(
    ([, { get: operation }]) => operation,
  )
  expect(gets.map(([path]) => path)).toEqual(
    expect.arrayContaining(['/', '/healthz', '/metrics', '/api/events', '/api/incidents/{id}/export']),
  )
  expect(gets.filter(([, { get: operation }]) => !operation?.responses[200]?.content).map(([path]) => path)).toEqual([])
})

test('with a token every route but health and the webhook of a vendor demands it', async () => {
  await running[Symbol.asyncDispose]()
  running = await startAgentApp({ token: 'sesame' })
  for (const url of ['/api/incidents', '/api/events', '/metrics', '/', '/no-such-route']) {
    expect([url, (await get(url)).status]).toEqual([url, 401])
    expect([url, (await get(url, { authorization: 'Bearer sesam' })).status]).toEqual([url, 401])
  }
  expect((await get('/api/incidents', { authorization: 'Bearer sesame' })).status).toBe(200)
  expect((await get('/healthz')).status).toBe(200)
  expect((await running.app.inject({ method: 'POST', url: '/webhook/twilio' })).statusCode).not.toBe(401)
})
