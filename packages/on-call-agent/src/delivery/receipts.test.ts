import { expect, vi } from 'vitest'
import { PERSON, test } from '../../test-parts/agent-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { ordinary } from '../../test-parts/ordinary-model.ts'
import type { Store } from '../store/ports.ts'
import { decideAgain } from './decide-receipt.ts'

const OTHER = 'whatsapp:+15550100002'
const contacts = [PERSON, OTHER] as const
const dropped = { state: 'undelivered', code: '63016', message: 'the window is closed' } as const
const kindsOf = async (store: Pick<Store, 'incidents'>) =>
  (await store.incidents.timeline((await store.incidents.find('I1'))?.id ?? '')).map(({ event }) => event.kind)

test('a page that its vendor accepted and did not deliver goes to the next contact at once', async ({
  phone,
  store,
  start,
  reports,
  fires,
  delivered,
}) => {
  await start(ordinary(), { contacts })
  await fires(receivedAlert())
  await delivered(1)
  await reports('SM1', dropped)
  await reports('SM1', dropped)
  await delivered(2)
  expect(phone.delivered.map(({ to }) => to)).toEqual(contacts)
  await reports('SM2', { state: 'delivered' })
  expect((await kindsOf(store)).slice(-6)).toEqual([
    'message_sent',
    'message_undelivered',
    'message_queued',
    'escalated',
    'message_sent',
    'message_delivered',
  ])
})

test('a vendor that reports nothing is asked until it knows', async ({ phone, store, start, fires, delivered }) => {
  await start(ordinary(), { contacts, askAfterMs: [5, 10, 40] })
  await fires(receivedAlert())
  await delivered(1)
  await vi.waitFor(() => expect(phone.statusesAsked()).toBeGreaterThan(1), { interval: 2 })
  phone.statuses.set('SM1', dropped)
  phone.statuses.set('SM2', { state: 'delivered' })
  await delivered(2)
  await vi.waitFor(async () => expect(await kindsOf(store)).toContain('message_delivered'), { interval: 5 })
  expect(await kindsOf(store)).toContain('message_undelivered')
})

test('what was accepted before a restart is asked for after it', async ({ phone, store, start, stop, fires, delivered }) => {
  await start(ordinary(), { askAfterMs: [60_000] })
  await fires(receivedAlert())
  await delivered(1)
  await vi.waitFor(async () => expect(await kindsOf(store)).toContain('message_sent'), { interval: 5 })
  await stop()
  phone.statuses.set('SM1', { state: 'delivered' })
  await start(ordinary(), { askAfterMs: [5] })
  await vi.waitFor(async () => expect(await kindsOf(store)).toContain('message_delivered'), { interval: 5 })
})

test('a page that can get through another way is sent to the same person once more, before anybody else is woken', async ({
  phone,
  store,
  start,
  reports,
  fires,
  delivered,
}) => {
  await start(ordinary(), { contacts })
  await fires(receivedAlert())
  await delivered(1)
  await reports('SM1', { ...dropped, againAfterMs: 0 })
  await delivered(2)
  expect(phone.delivered.map(({ to, repeat }) => [to, repeat])).toEqual([
    [PERSON, false],
    [PERSON, false],
  ])
  await reports('SM2', { ...dropped, againAfterMs: 0 })
  await vi.waitFor(() => expect(phone.delivered.map(({ to }) => to)).toContain(OTHER), { interval: 5 })
  expect((await kindsOf(store)).filter((kind) => kind === 'message_undelivered')).toEqual([])
})

test('a report on a message of somebody else is left alone', async ({ store, start, reports }) => {
  await start(ordinary())
  await reports('SM-foreign', dropped)
  expect(await store.incidents.newestEventId()).toBe(0)
})

test.for([
  [{ againAfterMs: 5_000 }, 1, 5_000, 'can_help'],
  [{ againAfterMs: 0 }, 2, 0, 'can_help'],
  [{ againAfterMs: 0 }, 3, null, 'tried_enough'],
  [{}, 1, null, 'cannot_help'],
] as const)('after %j and %i attempts the next one comes in %s ms: %s', ([report, attempts, afterMs, reason]) => {
  const nextAttemptAt = afterMs === null ? null : new Date(1_000_000 + afterMs)
  expect(decideAgain(report, attempts, 1_000_000)).toEqual({ nextAttemptAt, reason })
})
