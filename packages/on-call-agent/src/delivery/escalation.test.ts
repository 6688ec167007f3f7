import { expect, vi } from 'vitest'
import { PERSON, test } from '../../test-parts/agent-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { ordinary } from '../../test-parts/ordinary-model.ts'
import { lostAnswer, refusal } from '../../test-parts/recording-messenger.ts'
import { DeliveryError } from '../channels/channel.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { watchEscalation } from './escalation.ts'

const OTHER = 'whatsapp:+15550100002'
const THIRD = 'whatsapp:+15550100003'
const contacts = [PERSON, OTHER, THIRD] as const
const escalations = async (store: Store) =>
  (await store.incidents.timeline((await store.incidents.find('I1'))?.id ?? '')).flatMap(({ event }) =>
    event.kind === 'escalated' ? [`${event.to}: ${event.reason}`] : [],
  )
const unreachable = () => new DeliveryError('connection refused', { code: 'unreachable', retryable: true, uncertain: false })

test('a page that is refused goes to the next contact at once, and is escalated no more', async ({
  phone,
  store,
  start,
  fires,
  delivered,
}) => {
  phone.failures.push({ error: refusal(), arrives: false, to: PERSON })
  await start(ordinary(), { contacts })
  await fires(receivedAlert())
  await delivered(1)
  expect(phone.delivered).toMatchObject([{ to: OTHER, body: expect.stringMatching(/^\(escalated\) \*I1\*/) }])
  expect(await escalations(store)).toEqual([`${OTHER}: undelivered`])
})

test('a channel that cannot be reached keeps the next contact waiting for seconds, and still gets its page', async ({
  phone,
  start,
  fires,
  delivered,
}) => {
  const failure = { error: unreachable(), arrives: false, to: PERSON }
  phone.failures.push(failure, failure)
  await start(ordinary(), { contacts })
  await fires(receivedAlert())
  await delivered(2)
  expect(phone.delivered.map(({ to }) => to)).toEqual([OTHER, PERSON])
})

test('a lost answer alone wakes nobody else', async ({ phone, store, start, fires, delivered }) => {
  phone.failures.push({ error: lostAnswer(), arrives: true })
  await start(ordinary(), { contacts, settleMs: 150 })
  await fires(receivedAlert())
  await delivered(1)
  await vi.waitFor(async () => expect(await store.outbox.list(['accepted'])).toHaveLength(1), { timeout: 5_000 })
  expect(await escalations(store)).toEqual([])
})

test('silence: the page again, then the next contacts, then nobody', async ({ phone, store, start, fires, delivered }) => {
  await start(ordinary(), { contacts, escalateAfterMs: 40 })
  await fires(receivedAlert())
  await delivered(6)
  await vi.waitFor(async () => expect(await store.outbox.list(['pending', 'sending'])).toEqual([]))
  expect(phone.delivered.map(({ to }) => to)).toEqual([PERSON, PERSON, OTHER, OTHER, THIRD, THIRD])
  expect(phone.bodies()[1]).toBe(`(again) ${phone.bodies()[0]}`)
  expect(await escalations(store)).toHaveLength(5)
})

/** A page at the beginning of a compressed clock, and what was escalated by the end of it. */
async function escalatedAfter(store: Store, ms: number, lastMoment: (incidentId: string) => Promise<unknown>): Promise<string[]> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  try {
    const watch = await watchEscalation({ store, contacts, escalateAfterMs: ms, onError: () => {} })
    const [opened] = await store.alerts.apply([receivedAlert()])
    const incidentId = opened?.incidentId ?? ''
    await store.outbox.queue({ incidentId, to: PERSON, kind: 'page', body: 'x' })
    await vi.advanceTimersByTimeAsync(ms - 1)
    await lastMoment(incidentId)
    await vi.advanceTimersByTimeAsync(2)
    await store.incidents.newestEventId()
    watch.stop()
    return await escalations(store)
  } finally {
    vi.useRealTimers()
  }
}

test('who answers, acknowledges or sees it resolved in the last millisecond is not paged again', async () => {
  const within = async (lastMoment: (store: Store, incidentId: string) => Promise<unknown>) => {
    await using store = createSqliteStore(':memory:')
    return await escalatedAfter(store, 300_000, (incidentId) => lastMoment(store, incidentId))
  }
  expect(await within(async () => {})).toEqual([`${PERSON}: no_answer`])
  const answer = { vendorId: 'SM1', from: PERSON, body: 'on it' }
  expect(await within((store, incidentId) => store.inbox.receive({ ...answer, incidentId }))).toEqual([])
  expect(await within((store, incidentId) => store.incidents.append(incidentId, { kind: 'acknowledged', by: PERSON }))).toEqual([])
  expect(await within((store) => store.alerts.apply([receivedAlert({ status: 'resolved' })]))).toEqual([])
})

test('what was waited for when the agent ended is escalated after its start', async ({ phone, start, stop, fires, delivered }) => {
  await start(ordinary(), { contacts })
  await fires(receivedAlert())
  await delivered(1)
  await stop()
  await start(ordinary(), { contacts, escalateAfterMs: 1 })
  await delivered(6)
  expect(phone.delivered[1]).toMatchObject({ to: PERSON, body: expect.stringMatching(/^\(again\)/) })
})
