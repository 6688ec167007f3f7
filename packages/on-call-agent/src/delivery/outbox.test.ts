import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { lostAnswer, recordingMessenger, refusal } from '../../test-parts/recording-messenger.ts'
import { DeliveryError } from '../channels/channel.ts'
import type { IncidentStore } from '../store/ports.ts'
import { createSqliteIncidentStore } from '../store/sqlite/sqlite-incident-store.ts'
import { runOutbox } from './outbox.ts'

const PERSON = 'whatsapp:+15550100001'
let store: IncidentStore
let phone: ReturnType<typeof recordingMessenger>
let outcomes: string[]
let ending: AbortController
let running: Promise<void> | undefined
beforeEach(() => {
  store = createSqliteIncidentStore(':memory:')
  store.applyAlerts([receivedAlert()])
  phone = recordingMessenger()
  outcomes = []
  ending = new AbortController()
})
afterEach(async () => {
  ending.abort()
  await running
  store[Symbol.dispose]()
})

const incidentId = () => store.list(1)[0]?.id ?? ''
const queue = (...bodies: string[]) => {
  for (const body of bodies)
    store.conclude(incidentId(), { diagnosis: diagnosis(), madeBy: 'model', messages: [], message: { to: PERSON, body } })
}
const run = () => {
  running = runOutbox({ store, messenger: phone, onAttempt: (outcome) => outcomes.push(outcome) }, ending.signal)
}
const empty = () => vi.waitFor(() => expect(store.outbox()).toEqual([]), { timeout: 5_000, interval: 2 })
const told = () =>
  store.timeline(incidentId()).flatMap(({ event }) => (event.kind.startsWith('message_') && event.kind !== 'message_queued' ? [event] : []))

test('what waits is delivered in order, and what is queued later at once', async () => {
  queue('a', 'b')
  run()
  await empty()
  queue('c')
  await empty()
  expect(phone.bodies()).toEqual(['a', 'b', 'c'])
  expect(told()).toMatchObject([{ sid: 'SM1' }, { sid: 'SM2' }, { sid: 'SM3' }])
  expect(phone.lookUps()).toBe(0)
})

test('a message whose answer was lost is looked up, and not sent twice', async () => {
  phone.failures.push({ error: lostAnswer(), arrives: true })
  queue('a', 'b')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['a', 'b'])
  expect(outcomes).toEqual(['retry', 'found', 'sent'])
  expect(told()).toMatchObject([
    { kind: 'message_failed', final: false },
    { kind: 'message_sent', sid: 'SM1' },
    { kind: 'message_sent', sid: 'SM2' },
  ])
})

test('a message whose answer was lost and that did not get there is sent again, before those after it', async () => {
  phone.failures.push({ error: lostAnswer(), arrives: false })
  queue('a', 'b')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['a', 'b'])
  expect(phone.lookUps()).toBe(1)
})

test('a message left sending by a crash is looked up first', async () => {
  queue('a')
  store.markSending(store.outbox()[0]?.id ?? 0)
  await phone.send(PERSON, 'a')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['a'])
  expect(outcomes).toEqual(['found'])
})

test('an earlier message of the same text is not taken for the lost one, with an incident or without', async () => {
  for (let i = 0; i < 2; i += 1) {
    const message = store.receiveMessage({ sid: null, from: PERSON, body: 'hm', incidentId: null }) ?? 0
    store.answer(message, { to: PERSON, body: 'which?' }, [])
  }
  const [first, second] = store.outbox()
  store.markSent(first?.id ?? 0, await phone.send(PERSON, 'which?'))
  store.markSending(second?.id ?? 0)
  run()
  await empty()
  expect(phone.bodies()).toEqual(['which?', 'which?'])
  expect(outcomes).toEqual(['sent'])
})

test('a message that is refused for good is given up and said, and the next one goes out', async () => {
  phone.failures.push({ error: refusal(), arrives: false })
  queue('a', 'b')
  run()
  await empty()
  expect(phone.bodies()).toEqual(['b'])
  expect(told()).toMatchObject([{ kind: 'message_failed', code: '63003', final: true }, { kind: 'message_sent' }])
  expect(outcomes).toEqual(['failed', 'sent'])
})

test('a limit of the vendor is waited for, without a look-up', async () => {
  phone.failures.push({ error: new DeliveryError('slow down', { code: '20429', retryable: true, uncertain: false }), arrives: false })
  queue('a')
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
  queue('a')
  run()
  await vi.waitFor(() => expect(outcomes).toEqual(['retry']))
  ending.abort()
  await running
  expect(performance.now() - started).toBeLessThan(900)
})
