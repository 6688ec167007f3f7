import { expect, vi } from 'vitest'
import { PERSON, test } from '../../test-parts/agent-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { ordinary } from '../../test-parts/ordinary-model.ts'
import { lostAnswer, refusal } from '../../test-parts/recording-messenger.ts'
import { DeliveryError } from '../channels/channel.ts'
import type { Store } from '../store/ports.ts'

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

test.for(['an answer', 'an acknowledgement', 'the resolve'])(
  '%s in the last moment: nobody is paged again',
  async (how, { phone, store, start, fires, writes, delivered }) => {
    await start(ordinary(), { contacts, escalateAfterMs: 300 })
    await fires(receivedAlert())
    await delivered(1)
    const id = (await store.incidents.find('I1'))?.id ?? ''
    const queued = (await store.incidents.timeline(id)).find(({ event }) => event.kind === 'message_queued')
    const lastMoment = Date.parse(queued?.at ?? '') + 290
    await vi.waitUntil(() => Date.now() >= lastMoment, { interval: 1 })
    if (how === 'an answer') await writes('on it')
    if (how === 'an acknowledgement') await store.incidents.append(id, { kind: 'acknowledged', by: PERSON })
    if (how === 'the resolve') await fires(receivedAlert({ status: 'resolved' }))
    const until = Date.now() + 400
    await vi.waitUntil(() => Date.now() >= until)
    expect(await escalations(store)).toEqual([])
    expect(phone.delivered.filter(({ body }) => body.startsWith('('))).toEqual([])
  },
)

test('what was waited for when the agent ended is escalated after its start', async ({ phone, start, stop, fires, delivered }) => {
  await start(ordinary(), { contacts })
  await fires(receivedAlert())
  await delivered(1)
  await stop()
  await start(ordinary(), { contacts, escalateAfterMs: 1 })
  await delivered(6)
  expect(phone.delivered[1]).toMatchObject({ to: PERSON, body: expect.stringMatching(/^\(again\)/) })
})
