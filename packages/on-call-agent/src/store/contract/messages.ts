import { describe, expect } from 'vitest'
import type { OutboxState, StorePorts } from '../ports.ts'
import { other, PERSON } from './occasions.ts'
import type { StoreTest } from './store-test.ts'

/** A person's messages and their answers. */
export function messagesContract(test: StoreTest): void {
  describe('messages', () => {
    test('a message with the id of an earlier one is not stored again; without an id each counts', async ({ store, opened, kinds }) => {
      const id = await opened()
      const message = { vendorId: 'SM1', from: PERSON, body: 'why?', incidentId: id }
      const { inbox } = store
      expect(await inbox.receive(message)).toEqual({
        id: expect.any(Number),
        from: PERSON,
        body: 'why?',
        incidentId: id,
        byVendor: true,
        begun: false,
      })
      expect(await inbox.receive({ ...message, body: 'something else' })).toBeUndefined()
      for (let i = 0; i < 2; i += 1)
        expect(await inbox.receive({ ...message, vendorId: null })).toMatchObject({ body: 'why?', byVendor: false })
      expect((await inbox.unanswered()).map(({ byVendor }) => byVendor)).toEqual([true, false, false])
      expect((await kinds(id)).filter((kind) => kind === 'message_received')).toHaveLength(3)
    })

    test("a person's text goes into the transcript once, and the answer ends the work on it", async ({ store, opened, received }) => {
      const id = await opened()
      const message = await received('why?', id)
      await store.inbox.begin(message)
      await store.inbox.begin(message)
      expect(await store.transcripts.read(id)).toEqual([{ role: 'user', content: 'why?' }])
      expect(await store.inbox.unanswered()).toMatchObject([{ id: message, begun: true, incidentId: id, from: PERSON }])
      await store.transaction(async ({ inbox, outbox }) => {
        await inbox.markAnswered(message)
        await outbox.queue({ incidentId: id, to: PERSON, kind: 'answer', body: 'because' })
      })
      expect(await store.inbox.unanswered()).toEqual([])
      expect(await waiting(store)).toMatchObject([{ incidentId: id, body: 'because', kind: 'answer' }])
    })

    test('a message without an incident is answered without one', async ({ store, heard, received }) => {
      const message = await received('hello', null)
      await store.inbox.begin(message)
      await store.outbox.queue({ incidentId: null, to: PERSON, kind: 'answer', body: 'which?' })
      expect(await waiting(store)).toMatchObject([{ incidentId: null, body: 'which?' }])
      expect(heard).toEqual([])
    })

    test('tells which ids of the vendor belong to messages that were sent, also without an incident', async ({ store }) => {
      await store.inbox.receive({ vendorId: 'SM-in', from: PERSON, body: 'hello', incidentId: null })
      const id = await store.outbox.queue({ incidentId: null, to: PERSON, kind: 'answer', body: 'which?' })
      await store.outbox.markAccepted(id, 'SM-out')
      expect(await store.outbox.findSent('SM-out')).toMatchObject({ id, recipient: PERSON, state: 'accepted', attempts: 0 })
      expect([await store.outbox.findSent('SM-in'), await store.outbox.findSent('SM-other')]).toEqual([undefined, undefined])
    })

    test('knows when a person was last heard by a vendor: what came without one says nothing of it', async ({ store, received }) => {
      await received('by the API', null)
      expect(await store.inbox.lastHeard(PERSON)).toBeUndefined()
      const before = Date.now()
      await store.inbox.receive({ vendorId: 'SM-in', from: PERSON, body: 'by phone', incidentId: null })
      await received('by the API again', null)
      expect((await store.inbox.lastHeard(PERSON))?.getTime()).toBeGreaterThanOrEqual(before)
      expect(await store.inbox.lastHeard('whatsapp:+15550100009')).toBeUndefined()
    })

    test('knows which incident a person talked about last', async ({ store, opened, received, page }) => {
      const [one, two] = [await opened(), await opened(other)]
      expect(await store.inbox.lastConversation(PERSON)).toEqual({ newest: undefined, newestFromPerson: undefined })
      await received('why?', one)
      await store.inbox.receive({ vendorId: null, from: 'whatsapp:+15550100009', body: 'why?', incidentId: two })
      await received('hm', null)
      expect(await store.inbox.lastConversation(PERSON)).toEqual({ newest: one, newestFromPerson: one })
      await page(two)
      expect(await store.inbox.lastConversation(PERSON)).toEqual({ newest: two, newestFromPerson: one })
    })
  })
}

const WAITING: OutboxState[] = ['pending', 'sending', 'unknown']
/** What has not been settled. */
const waiting = ({ outbox }: StorePorts) => outbox.list(WAITING)
