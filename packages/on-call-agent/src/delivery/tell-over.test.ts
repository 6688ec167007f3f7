import { expect, vi } from 'vitest'
import { PERSON, test } from '../../test-parts/agent-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { incidentOf } from '../../test-parts/look-tools.ts'
import { ordinary } from '../../test-parts/ordinary-model.ts'
import { refusal } from '../../test-parts/recording-messenger.ts'
import { overText } from './over-text.ts'
import { tellOver } from './tell-over.ts'

const ended = (over: object = {}) => ({
  ...incidentOf('inventory'),
  opened_at: '2026-11-21T12:51:10.000Z',
  resolved_at: '2026-11-21T13:06:20.000Z',
  diagnosis: diagnosis({ root_cause: 'The database refuses new sessions.' }),
  ...over,
})
const ticket = { key: 'OPS-1', url: 'https://x/OPS-1', assignee: null }

test.for<[object, number | undefined, string]>([
  [{ ticket }, 0, '*I1* resolved after 15 min (12:51–13:06 UTC). Cause: The database refuses new sessions, ticket OPS-1.'],
  [{}, undefined, '*I1* resolved after 15 min (12:51–13:06 UTC). Cause: The database refuses new sessions.'],
  [{ diagnosis: null }, 0, '*I1* resolved after 15 min (12:51–13:06 UTC). Cause: not found.'],
  [{ resolved_at: '2026-11-21T12:50:00.000Z' }, 0, '*I1* resolved after 0 s (12:51–12:50 UTC). Cause: The database refuses new sessions.'],
  [
    { resolved_at: '2026-11-21T14:56:10.000Z' },
    0,
    '*I1* resolved after 2 h 5 min (12:51–14:56 UTC). Cause: The database refuses new sessions.',
  ],
  [
    {},
    0.4,
    '*I1* the alert ended after 15 min (12:51–13:06 UTC), but 40 % of the requests of inventory still fail. Cause: The database refuses new sessions.',
  ],
])('the end of an incident in one line: %o, error rate %s', ([over, rate, expected]) => {
  expect(overText(ended(over), rate)).toBe(expected)
})

test('everybody who was paged is told once that it is over, by one line each', async ({ phone, start, fires, delivered, idle }) => {
  const OTHER = 'whatsapp:+15550100002'
  phone.failures.push({ error: refusal(), arrives: false, to: PERSON })
  await start(ordinary(), { contacts: [PERSON, OTHER] })
  await fires(receivedAlert())
  await delivered(1)
  for (let i = 0; i < 3; i += 1) await fires(receivedAlert({ status: 'resolved' }))
  await delivered(3)
  await idle()
  expect(phone.delivered.slice(1).map(({ to, body }) => [to, body])).toEqual(
    [PERSON, OTHER].map((to) => [to, expect.stringMatching(/^\*I1\* resolved after \d+ s/)]),
  )
})

test('an end that a restart cut off is told after it, once', async ({ phone, store, start, stop, fires, delivered }) => {
  await start(ordinary())
  await fires(receivedAlert())
  await delivered(1)
  await stop()
  await store.alerts.apply([receivedAlert({ status: 'resolved' })])
  await start(ordinary())
  await delivered(2)
  await stop()
  await start(ordinary())
  await fires(receivedAlert({ service: 'other' }))
  await delivered(3)
  expect(phone.bodies()[2]).toContain('*I2*')
})

test('an incident that came back is told of once it stays away', async ({ store }) => {
  const [opened] = await store.alerts.apply([receivedAlert()])
  const id = opened?.incidentId ?? ''
  await store.incidents.conclude(id, { diagnosis: diagnosis(), madeBy: 'model' })
  await store.outbox.queue({ incidentId: id, to: PERSON, kind: 'page', body: 'x' })
  await store.incidents.append(id, { kind: 'incident_reopened', reason: 'flapping' })
  await store.alerts.apply([receivedAlert({ status: 'resolved' })])
  const updates = async () => (await store.outbox.list(['pending'])).filter(({ kind }) => kind === 'update')
  const telling = tellOver({ store, errorRate: async () => undefined, steadyMs: 60 }, id, AbortSignal.timeout(5_000))
  expect(await updates()).toEqual([])
  await telling
  await vi.waitFor(async () => expect(await updates()).toHaveLength(1))
})

test('what the agent sees when it looks is told, and an incident that fires again meanwhile is not called over', async ({ store }) => {
  const [opened] = await store.alerts.apply([receivedAlert()])
  const id = opened?.incidentId ?? ''
  await store.incidents.conclude(id, { diagnosis: diagnosis(), madeBy: 'model' })
  await store.outbox.queue({ incidentId: id, to: PERSON, kind: 'page', body: 'x' })
  const tell = (errorRate: () => Promise<number>) => tellOver({ store, errorRate }, id, AbortSignal.timeout(5_000))
  const updates = async () => (await store.outbox.list(['pending'])).flatMap(({ kind, body }) => (kind === 'update' ? body : []))
  await tell(async () => 0.4)
  expect(await updates()).toEqual([])
  await store.alerts.apply([receivedAlert({ status: 'resolved' })])
  await tell(async () => {
    await store.incidents.append(id, { kind: 'incident_reopened', reason: 'flapping' })
    return 0.4
  })
  expect(await updates()).toEqual([])
})
