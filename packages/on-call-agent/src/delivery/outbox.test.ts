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
const run = () => {
  running = runOutbox({ store, messenger: phone, onAttempt: (outcome) => outcomes.push(outcome) }, ending.signal)
}
const empty = () =>
  vi.waitFor(async () => expect(await store.outbox.list(['pending', 'sending', 'unknown'])).toEqual([]), { timeout: 5_000, interval: 2 })
const told = async () =>
  (await store.incidents.timeline(await incidentId())).flatMap(({ event }) =>
    event.kind.startsWith('message_') && event.kind !== 'message_queued' ? [event] : [],
  )

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

test('a message whose answer was lost and that did not get there is sent again, before those after it', async () => {
  phone.failures.push({ error: lostAnswer(), arrives: false })
  await queue('a', 'b')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['a', 'b'])
  expect(phone.lookUps()).toBe(1)
})

test('a message left sending by a crash is looked up first', async () => {
  await queue('a')
  await store.outbox.markSending((await store.outbox.list(['pending', 'sending', 'unknown']))[0]?.id ?? 0)
  await phone.send(PERSON, 'a')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['a'])
  expect(outcomes).toEqual(['found'])
})

test('an earlier message of the same text is not taken for the lost one, with an incident or without', async () => {
  for (let i = 0; i < 2; i += 1) {
    await store.outbox.queue({ incidentId: null, to: PERSON, kind: 'answer', body: 'which?' })
  }
  const [first, second] = await store.outbox.list(['pending', 'sending', 'unknown'])
  await store.outbox.markAccepted(first?.id ?? 0, await phone.send(PERSON, 'which?'))
  await store.outbox.markSending(second?.id ?? 0)
  run()
  await empty()
  expect(phone.bodies()).toEqual(['which?', 'which?'])
  expect(outcomes).toEqual(['sent'])
})

test('a message that is refused for good is given up and said, and the next one goes out', async () => {
  phone.failures.push({ error: refusal(), arrives: false })
  await queue('a', 'b')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['b'])
  expect(await told()).toMatchObject([{ kind: 'message_failed', code: '63003', final: true }, { kind: 'message_sent' }])
  expect(outcomes).toEqual(['failed', 'sent'])
})

test('a limit of the vendor is waited for, without a look-up', async () => {
  phone.failures.push({ error: new DeliveryError('slow down', { code: '20429', retryable: true, uncertain: false }), arrives: false })
  await queue('a')
  run()
  await empty()
  expect([phone.bodies(), phone.lookUps()]).toEqual([['a'], 0])
})

test('it ends at once when it is told to, idle or in a pause', async () => {
  run()
  const started = performance.now()
  ending.abort()
  await running
  ending = new AbortController()
  phone.failures.push(...Array.from({ length: 9 }, () => ({ error: lostAnswer(), arrives: false })))
  await queue('a')
  run()
  await vi.waitFor(async () => expect(outcomes).toEqual(['retry']))
  ending.abort()
  await running
  expect(performance.now() - started).toBeLessThan(900)
})
