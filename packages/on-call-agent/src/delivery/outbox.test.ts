import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { lostAnswer, recordingMessenger, refusal } from '../../test-parts/recording-messenger.ts'
import { DeliveryError } from '../channels/channel.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { runOutbox } from './outbox.ts'

const PERSON = 'whatsapp:+15550100001'
let store: Store
let phone: ReturnType<typeof recordingMessenger>
let outcomes: string[]
let ending: AbortController
let running: Promise<void> | undefined
beforeEach(async () => {
  store = createSqliteStore(':memory:')
  await store.alerts.apply([receivedAlert()])
  phone = recordingMessenger()
  outcomes = []
  ending = new AbortController()
})
afterEach(async () => {
  ending.abort()
  await running
  await store[Symbol.asyncDispose]()
})

const incidentId = async () => (await store.incidents.list(1))[0]?.id ?? ''
const queue = async (...bodies: string[]) => {
  for (const body of bodies) await store.outbox.queue({ incidentId: await incidentId(), to: PERSON, kind: 'page', body })
}
/** A second of settling is a fifteenth of what it is in earnest. */
const SETTLE_MS = 300
const run = () => {
  running = runOutbox({ store, messenger: phone, onAttempt: (outcome) => outcomes.push(outcome), settleMs: SETTLE_MS }, ending.signal)
}
const empty = () =>
  vi.waitFor(async () => expect(await store.outbox.list(['pending', 'sending', 'unknown'])).toEqual([]), { timeout: 8_000, interval: 5 })
const told = async () =>
  (await store.incidents.timeline(await incidentId())).flatMap(({ event }) =>
    event.kind.startsWith('message_') && event.kind !== 'message_queued' ? [event] : [],
  )
const first = async () => (await store.outbox.list(['pending', 'sending', 'unknown']))[0]?.id ?? 0

test('what waits is delivered in order, and what is queued later at once', async () => {
  await queue('a', 'b')
  run()
  await empty()
  await queue('c')
  await empty()
  expect(phone.bodies()).toEqual(['a', 'b', 'c'])
  expect(await told()).toMatchObject([{ vendor_id: 'SM1' }, { vendor_id: 'SM2' }, { vendor_id: 'SM3' }])
  expect(phone.lookUps()).toBe(0)
})

test('a message whose answer was lost is looked up, and not sent twice', async () => {
  phone.failures.push({ error: lostAnswer(), arrives: true })
  await queue('a', 'b')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['a', 'b'])
  expect(outcomes).toEqual(['retry', 'found', 'sent'])
  expect(await told()).toMatchObject([
    { kind: 'message_failed', final: false },
    { kind: 'message_sent', vendor_id: 'SM1' },
    { kind: 'message_sent', vendor_id: 'SM2' },
  ])
})

test.each([0.2, 0.9])('a message that the vendor held for %f of the settling time is found, and not sent twice', async (part) => {
  phone.failures.push({ error: lostAnswer(), arrives: true, afterMs: 1_000 + SETTLE_MS * part })
  await queue('a')
  run()
  await empty()
  expect(phone.delivered).toMatchObject([{ body: 'a', repeat: false }])
  expect(outcomes).toEqual(['retry', 'found'])
})

test('a message whose answer was lost and that did not get there is sent again, and says so', async () => {
  phone.failures.push({ error: lostAnswer(), arrives: false })
  await queue('a', 'b')
  run()
  await empty()
  expect(phone.delivered).toMatchObject([
    { body: 'a', repeat: true },
    { body: 'b', repeat: false },
  ])
  expect(outcomes).toEqual(['retry', 'repeated', 'sent'])
  expect(phone.lookUps()).toBe(3)
})

test('a message left sending by a crash is asked for over the whole settling time before it is repeated', async () => {
  await queue('a')
  await store.outbox.markSending(await first())
  await store.outbox.markFailed(await first(), { code: 'x', message: 'x', nextAttemptAt: new Date(), uncertain: true })
  const began = performance.now()
  run()
  await empty()
  expect(phone.delivered).toMatchObject([{ body: 'a', repeat: true }])
  expect(performance.now() - began).toBeGreaterThanOrEqual(SETTLE_MS - 20)
  expect(phone.lookUps()).toBe(3)
})

test('while the vendor cannot be asked, nothing is repeated', async () => {
  phone.failures.push({ error: lostAnswer(), arrives: true })
  phone.failLookUps(lostAnswer())
  await queue('a')
  run()
  await vi.waitFor(() => expect(phone.lookUps()).toBeGreaterThan(4), { timeout: 8_000 })
  expect(phone.bodies()).toEqual(['a'])
  phone.failLookUps(undefined)
  await empty()
  expect(phone.bodies()).toEqual(['a'])
})

test('a sick message and a dead address hold up nobody else', async () => {
  const dead = 'whatsapp:+15550100002'
  phone.failures.push(...Array.from({ length: 50 }, () => ({ error: lostAnswer(), arrives: false, to: dead })))
  const [other] = await store.alerts.apply([receivedAlert({ service: 'other' })])
  await store.outbox.queue({ incidentId: await incidentId(), to: dead, kind: 'page', body: 'never arrives' })
  for (const id of [await incidentId(), other?.incidentId ?? ''])
    await store.outbox.queue({ incidentId: id, to: PERSON, kind: 'page', body: id })
  run()
  await vi.waitFor(() => expect(phone.delivered).toHaveLength(2))
  expect(await store.outbox.list(['accepted'])).toHaveLength(2)
})

test('a vendor that hangs on one recipient does not keep another one waiting', async () => {
  const answers: (() => void)[] = []
  const send = phone.send
  phone.send = async (message) => {
    if (message.to !== PERSON) await new Promise<void>((resolve) => answers.push(resolve))
    return send(message)
  }
  for (const to of ['whatsapp:+15550100002', PERSON])
    await store.outbox.queue({ incidentId: await incidentId(), to, kind: 'page', body: to })
  run()
  await vi.waitFor(() => expect(phone.bodies()).toEqual([PERSON]))
  for (const answer of answers) answer()
  await empty()
})

test('a refusal that passes loses no page', async () => {
  const unauthorized = new DeliveryError('401', { code: '20003', retryable: true, uncertain: false, slow: true })
  phone.failures.push({ error: unauthorized, arrives: false }, { error: unauthorized, arrives: false })
  await queue('a')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['a'])
  expect(outcomes).toEqual(['retry', 'retry', 'sent'])
})

test('a message that is refused for good is given up and said, and the next one goes out', async () => {
  phone.failures.push({ error: refusal(), arrives: false })
  await queue('a', 'b')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['b'])
  expect(await told()).toMatchObject([
    { kind: 'message_failed', code: '63003', final: true },
    { kind: 'message_undelivered', code: '63003' },
    { kind: 'message_sent' },
  ])
  expect(outcomes).toEqual(['failed', 'sent'])
})

test('a limit of the vendor is waited for, without a look-up', async () => {
  phone.failures.push({ error: new DeliveryError('slow down', { code: '20429', retryable: true, uncertain: false }), arrives: false })
  await queue('a')
  run()
  await empty()
  expect([phone.bodies(), phone.lookUps()]).toEqual([['a'], 0])
})

test('it ends when it is told to, idle or between two questions, and gives back what it has not begun', async () => {
  run()
  ending.abort()
  await running
  ending = new AbortController()
  phone.failures.push(...Array.from({ length: 9 }, () => ({ error: lostAnswer(), arrives: false })))
  await queue('a')
  run()
  await vi.waitFor(async () => expect(outcomes).toEqual(['retry']))
  await vi.waitFor(() => expect(phone.lookUps()).toBeGreaterThan(0), { timeout: 5_000 })
  ending.abort()
  await running
  expect(await store.outbox.claimDue(new Date())).toMatchObject([{ state: 'unknown', body: 'a' }])
})
