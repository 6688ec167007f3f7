import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startAgentApp } from '../../../test-parts/agent-app.ts'
import { alertGroup, receivedAlert } from '../../../test-parts/alerts.ts'

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
})
afterEach(() => running[Symbol.asyncDispose]())

const REQUEST = {
  source: 'helpdesk',
  external_id: 'INC-4711',
  title: 'Checkout hangs',
  description: 'Three customers called.',
  severity: 'critical',
  service: 'checkout',
  labels: { region: 'eu' },
}
const post = async (url: string, payload: object = {}) => {
  const answer = await running.app.inject({ method: 'POST', url, payload })
  return { status: answer.statusCode, body: answer.json(), location: answer.headers.location }
}

test('an incident is opened over the API once, investigated and paged like an alert', async () => {
  const opened = await post('/api/incidents', REQUEST)
  expect([opened.status, opened.location]).toEqual([201, '/api/incidents/I1'])
  expect(opened.body).toMatchObject({
    ref: 'I1',
    status: 'investigating',
    service: 'checkout',
    severity: 'critical',
    html_url: 'http://127.0.0.1:8087/incidents/I1',
    alerts: [{ alertname: 'Checkout hangs', source: 'api helpdesk', labels: { region: 'eu', external_id: 'INC-4711' } }],
  })
  await running.agent.idle()
  await vi.waitFor(() => expect(running.phone.bodies()).toEqual([expect.stringContaining('Checkout hangs: Three customers called.')]))
  const again = await post('/api/incidents', { ...REQUEST, title: 'Other words', service: 'another' })
  expect([again.status, again.body.id]).toEqual([200, opened.body.id])
  await running.agent.idle()
  expect(running.phone.delivered).toHaveLength(1)
  expect(await running.store.incidents.list(10)).toHaveLength(1)
})

test('of twenty requests at once with one key, one opens the incident and all name it', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/api/incidents', REQUEST)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(19).fill(200), 201])
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
})

test('the key is of its sender: another source with the same number is another incident, and none without a service is joined', async () => {
  const { service: _service, ...unplaced } = REQUEST
  const refs = []
  for (const more of [{}, { source: 'chat' }, { external_id: 'INC-4712' }])
    refs.push((await post('/api/incidents', { ...unplaced, ...more })).body.ref)
  expect(refs).toEqual(['I1', 'I2', 'I3'])
})

test('what Alertmanager says under the same fingerprint neither is nor ends what the API opened', async () => {
  const { body } = await post('/api/incidents', REQUEST)
  const [{ fingerprint, starts_at }] = body.alerts
  const like = { fingerprint, service: 'checkout', startsAt: starts_at }
  await post('/alerts', alertGroup(receivedAlert({ ...like, status: 'resolved', endsAt: starts_at })))
  expect((await running.store.incidents.find('I1'))?.resolved_at).toBeNull()
  await post('/alerts', alertGroup(receivedAlert({ ...like, fingerprint: 'another' })))
  expect((await post('/api/incidents', REQUEST)).body.ref).toBe('I1')
})

test('it is resolved over the API, stays known, and what did not come this way is not resolved', async () => {
  await post('/api/incidents', REQUEST)
  await running.agent.idle()
  expect(await post('/api/incidents/i1/resolve')).toMatchObject({ status: 200, body: { status: 'resolved' } })
  expect((await post('/api/incidents/I1/resolve')).status).toBe(200)
  const ends = (await running.store.incidents.timeline((await running.store.incidents.find('I1'))?.id ?? '')).flatMap(({ event }) =>
    event.kind === 'alert_resolved' ? event.source : [],
  )
  expect(ends).toEqual(['api'])
  expect(await post('/api/incidents', REQUEST)).toMatchObject({ status: 200, body: { ref: 'I1', status: 'resolved' } })
  await post('/alerts', alertGroup(receivedAlert()))
  expect(await post('/api/incidents/I2/resolve')).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect((await post('/api/incidents/I9/resolve')).status).toBe(404)
})

test('an incident in which an alert of Alertmanager still fires stays open', async () => {
  await post('/api/incidents', REQUEST)
  await post('/alerts', alertGroup(receivedAlert({ service: 'checkout' })))
  expect(await post('/api/incidents/I1/resolve')).toMatchObject({ status: 200, body: { ref: 'I1', resolved_at: null } })
})

test.each<[string, object]>([
  ['source', { source: undefined }],
  ['source', { source: '' }],
  ['source', { source: 'two\nlines' }],
  ['source', { source: 'x'.repeat(101) }],
  ['external_id', { external_id: undefined }],
  ['external_id', { external_id: 4711 }],
  ['external_id', { external_id: ' ' }],
  ['title', { title: undefined }],
  ['title', { title: ' ' }],
  ['title', { title: 'x'.repeat(201) }],
  ['description', { description: undefined }],
  ['description', { description: 'x'.repeat(10_001) }],
  ['severity', { severity: undefined }],
  ['severity', { severity: '' }],
  ['service', { service: '' }],
  ['service', { service: null }],
  ['target', { target: 7 }],
  ['labels', { labels: [] }],
  ['labels.a', { labels: { a: 7 } }],
  ['status', { status: 'resolved' }],
])('POST /api/incidents with a bad %s is a 400 that names it and opens nothing', async (field, over) => {
  const { status, body } = await post('/api/incidents', { ...REQUEST, ...over })
  expect([status, body.field]).toEqual([400, `body.${field}`])
  expect(await running.store.incidents.list(10)).toEqual([])
})

test('what cannot be stored is a 503', async () => {
  await running.store[Symbol.asyncDispose]()
  expect(await post('/api/incidents', REQUEST)).toMatchObject({ status: 503, body: { code: 'not_stored' } })
  running.store[Symbol.asyncDispose] = async () => {} // It is closed already.
})
