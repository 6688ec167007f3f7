import { describe, expect } from 'vitest'
import { other, PERSON } from './occasions.ts'
import type { StoreTest } from './store-test.ts'

const SECOND_PERSON = 'mailto:second@example.test'

/** Messages to people: what is due to whom, when, and where each stands. */
export function outboxContract(test: StoreTest): void {
  const soon = (seconds = 0) => new Date(Date.now() + seconds * 1_000)

  describe('the outbox', () => {
    test('gives one message for each incident and recipient at a time, in order', async ({ store, opened }) => {
      const { outbox } = store
      const [one, two] = [await opened(), await opened(other)]
      const queue = (incidentId: string, to: string, body: string) => outbox.queue({ incidentId, to, kind: 'page', body })
      const a = await queue(one, PERSON, 'a')
      for (const [incident, to, body] of [
        [one, PERSON, 'b'],
        [one, SECOND_PERSON, 'c'],
        [two, PERSON, 'd'],
      ] as const)
        await queue(incident, to, body)
      expect((await outbox.claimDue(soon())).map(({ body }) => body)).toEqual(['a', 'c', 'd'])
      expect(await outbox.claimDue(soon())).toEqual([])
      await outbox.markSending(a)
      await outbox.markAccepted(a, 'SM-a')
      expect(await outbox.claimDue(soon())).toMatchObject([{ body: 'b', recipient: PERSON, attempts: 0, state: 'pending' }])
    })

    test('a message that failed for now waits for its time and holds up no other recipient', async ({ store, message }) => {
      const { outbox } = store
      const first = await message({})
      await message({ body: 'behind it' })
      await outbox.claimDue(soon())
      await outbox.markSending(first)
      await outbox.markFailed(first, { code: '500', message: 'sick', nextAttemptAt: soon(60), uncertain: false })
      await message({ to: SECOND_PERSON, body: 'another' })
      expect(await outbox.claimDue(soon())).toMatchObject([{ body: 'another' }])
      expect((await outbox.nextDue())?.getTime()).toBeLessThanOrEqual(soon(61).getTime())
      expect(await outbox.claimDue(soon(61), { leaseMs: 1_000 })).toMatchObject([
        { id: first, attempts: 1, state: 'pending', uncertain: false },
        { body: 'another' },
      ])
    })

    test('an attempt whose end nobody knows is unknown, and so is one whose claim lapsed while it was sending', async ({
      store,
      message,
    }) => {
      const { outbox } = store
      const id = await message({})
      await outbox.claimDue(soon(), { leaseMs: 1_000 })
      await outbox.markSending(id)
      expect(await outbox.claimDue(soon())).toEqual([])
      expect(await outbox.claimDue(soon(2), { leaseMs: 1_000 })).toMatchObject([{ id, state: 'unknown', uncertain: true, attempts: 1 }])
      await outbox.markFailed(id, { code: 'unreachable', message: 'timeout', nextAttemptAt: soon(2), uncertain: true })
      expect(await outbox.list(['unknown'])).toMatchObject([{ id, uncertain: true }])
      await outbox.markFailed(id, { code: '20429', message: 'slow down', nextAttemptAt: soon(2), uncertain: false })
      expect(await outbox.list(['pending'])).toMatchObject([{ id, uncertain: false }])
    })

    test('what is given back is due again at once', async ({ store, message }) => {
      const id = await message({})
      await store.outbox.claimDue(soon())
      await store.outbox.release([id])
      expect(await store.outbox.claimDue(soon())).toMatchObject([{ id }])
    })

    test('what is sent or given up is settled, and its incident is known by the id of the vendor', async ({ store, opened, kinds }) => {
      const { outbox } = store
      const incidentId = await opened()
      const [a, b] = [
        await outbox.queue({ incidentId, to: PERSON, kind: 'page', body: 'a' }),
        await outbox.queue({ incidentId, to: PERSON, kind: 'page', body: 'b' }),
      ]
      await outbox.markAccepted(a, 'SM-a')
      await outbox.markFailed(b, { code: '63003', message: 'no such number', nextAttemptAt: null, uncertain: false })
      expect(await outbox.claimDue(soon(1e6))).toEqual([])
      expect(await outbox.nextDue()).toBeUndefined()
      expect(await outbox.incidentOf('SM-a')).toBe(incidentId)
      expect(await outbox.incidentOf('SM-b')).toBeUndefined()
      expect((await kinds(incidentId)).slice(-2)).toEqual(['message_sent', 'message_failed'])
      expect((await outbox.list(['accepted', 'failed'])).map(({ state, vendorId }) => [state, vendorId])).toEqual([
        ['accepted', 'SM-a'],
        ['failed', null],
      ])
    })

    test("the vendor's report on an accepted message is stored once", async ({ store, opened, kinds }) => {
      const { outbox } = store
      const incidentId = await opened()
      for (const vendorId of ['SM-a', 'SM-b'])
        await outbox.markAccepted(await outbox.queue({ incidentId, to: PERSON, kind: 'page', body: vendorId }), vendorId)
      const lost = { state: 'undelivered', code: '63016', message: 'the window is closed', nextAttemptAt: null } as const
      expect((await outbox.unreported(new Date(0))).map(({ vendorId }) => vendorId)).toEqual(['SM-a', 'SM-b'])
      expect(await outbox.unreported(soon(60))).toEqual([])
      expect(await outbox.markDelivery('SM-a', { state: 'delivered' })).toBe(true)
      expect(await outbox.markDelivery('SM-a', lost)).toBe(false)
      expect(await outbox.markDelivery('SM-b', lost)).toBe(true)
      expect(await outbox.markDelivery('SM-b', { state: 'delivered' })).toBe(false)
      expect(await outbox.markDelivery('SM-c', { state: 'delivered' })).toBe(false)
      expect((await kinds(incidentId)).slice(-2)).toEqual(['message_delivered', 'message_undelivered'])
      expect(await outbox.markDelivery('SM-a', { state: 'read' })).toBe(true)
      expect(await outbox.markDelivery('SM-a', { state: 'read' })).toBe(false)
      expect(await outbox.markDelivery('SM-b', { state: 'read' })).toBe(false)
      expect((await kinds(incidentId)).slice(-1)).toEqual(['message_read'])
      expect(await outbox.unreported(new Date(0))).toEqual([])
      expect(await outbox.claimDue(soon(1e6))).toEqual([])
    })

    test('a message that was accepted and did not arrive can be sent once more, under another id', async ({ store, opened, kinds }) => {
      const { outbox } = store
      const incidentId = await opened()
      const id = await outbox.queue({ incidentId, to: PERSON, kind: 'page', body: 'a' })
      await outbox.markSending(id)
      await outbox.markAccepted(id, 'SM-a')
      const report = { state: 'undelivered', code: '63016', message: 'the window is closed' } as const
      expect(await outbox.markDelivery('SM-a', { ...report, nextAttemptAt: soon(5) })).toBe(true)
      expect((await kinds(incidentId)).slice(-1)).toEqual(['message_failed'])
      expect(await outbox.claimDue(soon())).toEqual([])
      expect(await outbox.claimDue(soon(6))).toMatchObject([{ id, state: 'pending', attempts: 1, uncertain: false }])
      await outbox.markSending(id)
      await outbox.markAccepted(id, 'SM-b', 'template')
      expect(await outbox.markDelivery('SM-a', { ...report, nextAttemptAt: null })).toBe(false)
      expect(await outbox.markDelivery('SM-b', { state: 'delivered' })).toBe(true)
      const sent = (await store.incidents.timeline(incidentId)).flatMap(({ event }) => (event.kind === 'message_sent' ? [event] : []))
      expect(sent.map(({ form }) => form)).toEqual([undefined, 'template'])
    })

    test('an incident is unpaged while every page of it was tried in vain, and its pages can be made due again', async ({
      store,
      opened,
    }) => {
      const { outbox } = store
      const incidentId = await opened()
      const queue = (to: string) => outbox.queue({ incidentId, to, kind: 'page', body: to })
      expect(await outbox.unpaged()).toEqual([])
      const [first, second] = [await queue(PERSON), await queue(SECOND_PERSON)]
      expect(await outbox.unpaged()).toEqual([])
      const fail = async (id: number, nextAttemptAt: Date | null) => {
        await outbox.markSending(id)
        await outbox.markFailed(id, { code: '401', message: 'no', nextAttemptAt, uncertain: false })
      }
      await fail(first, soon(300))
      expect(await outbox.unpaged()).toEqual([])
      await fail(second, null)
      expect(await outbox.unpaged()).toEqual([incidentId])
      expect(await outbox.claimDue(soon())).toEqual([])
      expect(await outbox.retryPages(incidentId)).toBe(2)
      expect(await outbox.claimDue(soon())).toMatchObject([{ id: first }, { id: second }])
      expect(await outbox.retryPages(incidentId)).toBe(0)
      await outbox.markAccepted(second, 'SM-2')
      expect(await outbox.unpaged()).toEqual([])
      await outbox.markFailed(first, { code: '63003', message: 'no', nextAttemptAt: null, uncertain: false })
      expect(await outbox.retryPages(incidentId)).toBe(0)
    })

    test('nothing is due before the earlier message of the same incident and recipient is settled', async ({ store, message }) => {
      const first = await message({})
      await message({ body: 'behind it' })
      await store.outbox.markFailed(first, { code: '500', message: 'sick', nextAttemptAt: soon(60), uncertain: false })
      expect((await store.outbox.nextDue())?.getTime()).toBeGreaterThan(soon(50).getTime())
    })

    test('a key is queued once', async ({ store, message }) => {
      const id = await message({ key: 'page:1' })
      expect(await message({ key: 'page:1', body: 'again' })).toBe(id)
      expect(await message({ key: 'page:2' })).not.toBe(id)
      expect(await store.outbox.list(['pending'])).toHaveLength(2)
    })
  })
}
