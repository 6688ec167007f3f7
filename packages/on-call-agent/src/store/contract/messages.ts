import { describe, expect } from 'vitest'
import { diagnosis } from '../../../test-parts/diagnosis.ts'
import { other, PERSON } from './occasions.ts'
import type { StoreTest } from './store-test.ts'

/** A person's messages, their answers and the outbox. */
export function messagesContract(test: StoreTest): void {
  describe('messages', () => {
    test('a message with the id of an earlier one is not stored again; without an id each counts', ({ store, opened, kinds }) => {
      const id = opened()
      const message = { sid: 'SM1', from: PERSON, body: 'why?', incidentId: id }
      expect(store.receiveMessage(message)).toEqual(expect.any(Number))
      expect(store.receiveMessage({ ...message, body: 'something else' })).toBeUndefined()
      expect(store.receiveMessage({ ...message, sid: null })).toEqual(expect.any(Number))
      expect(store.receiveMessage({ ...message, sid: null })).toEqual(expect.any(Number))
      expect(store.unansweredMessages().map(({ body }) => body)).toEqual(['why?', 'why?', 'why?'])
      expect(kinds(id).filter((kind) => kind === 'message_received')).toHaveLength(3)
    })

    test("a person's text goes into the transcript once, and the answer ends the work on it", ({ store, opened }) => {
      const id = opened()
      const message = store.receiveMessage({ sid: null, from: PERSON, body: 'why?', incidentId: id }) ?? 0
      store.beginAnswer(message)
      store.beginAnswer(message)
      expect(store.transcript(id)).toEqual([{ role: 'user', content: 'why?' }])
      expect(store.unansweredMessages()).toMatchObject([{ id: message, begun: true, incidentId: id, from: PERSON }])
      store.answer(message, { to: PERSON, body: 'because' }, [{ role: 'assistant', content: 'because' }])
      expect(store.unansweredMessages()).toEqual([])
      expect(store.transcript(id).at(-1)).toEqual({ role: 'assistant', content: 'because' })
      expect(store.outbox()).toMatchObject([{ incidentId: id, body: 'because' }])
    })

    test('a message without an incident is answered without one', ({ store, heard }) => {
      const message = store.receiveMessage({ sid: 'SM1', from: PERSON, body: 'hello', incidentId: null }) ?? 0
      store.beginAnswer(message)
      store.answer(message, { to: PERSON, body: 'which?' }, [])
      expect(store.outbox()).toMatchObject([{ incidentId: null, body: 'which?' }])
      expect(heard).toEqual([])
    })

    test('the outbox goes on in order; what is sent or given up leaves it, what failed for now stays', ({ store, opened, kinds }) => {
      const id = opened()
      for (const body of ['a', 'b', 'c'])
        store.conclude(id, { diagnosis: diagnosis(), madeBy: 'model', messages: [], message: { to: PERSON, body } })
      const [a, b, c] = store.outbox().map(({ id: each }) => each) as [number, number, number]
      for (const each of [a, b, c]) store.markSending(each)
      store.markSent(a, 'SM-a')
      store.markFailed(b, { code: '63016', message: 'closed', final: true, uncertain: false })
      store.markFailed(c, { code: 'unreachable', message: 'timeout', final: false, uncertain: true })
      expect(store.outbox()).toMatchObject([{ id: c, attempts: 1, uncertain: true }])
      store.markFailed(c, { code: '20429', message: 'slow down', final: false, uncertain: false })
      expect(store.outbox()).toMatchObject([{ id: c, uncertain: false }])
      expect(store.incidentOfSentMessage('SM-a')).toBe(id)
      expect(store.incidentOfSentMessage('SM-b')).toBeUndefined()
      expect(kinds(id).slice(-4)).toEqual(['message_sent', 'message_failed', 'message_failed', 'message_failed'])
    })

    test('tells which ids of the vendor belong to messages that were sent, also without an incident', ({ store }) => {
      const message = store.receiveMessage({ sid: 'SM-in', from: PERSON, body: 'hello', incidentId: null }) ?? 0
      store.answer(message, { to: PERSON, body: 'which?' }, [])
      store.markSent(store.outbox()[0]?.id ?? 0, 'SM-out')
      expect(['SM-out', 'SM-other'].map((sid) => store.isSent(sid))).toEqual([true, false])
    })

    test('knows which incident a person talked about last', ({ store, opened, conclude }) => {
      const [one, two] = [opened(), opened(other)]
      expect(store.lastConversation(PERSON)).toEqual({ newest: undefined, newestFromPerson: undefined })
      store.receiveMessage({ sid: null, from: PERSON, body: 'why?', incidentId: one })
      store.receiveMessage({ sid: null, from: 'whatsapp:+15550100009', body: 'why?', incidentId: two })
      store.receiveMessage({ sid: null, from: PERSON, body: 'hm', incidentId: null })
      expect(store.lastConversation(PERSON)).toEqual({ newest: one, newestFromPerson: one })
      conclude(two)
      expect(store.lastConversation(PERSON)).toEqual({ newest: two, newestFromPerson: one })
    })
  })
}
