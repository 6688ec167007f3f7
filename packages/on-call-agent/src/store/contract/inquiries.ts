import { describe, expect } from 'vitest'
import type { StoreTest } from './store-test.ts'

/** How questions that open no incident are kept. */
export function inquiriesContract(test: StoreTest): void {
  describe('inquiries', () => {
    test('an inquiry is found by its id, runs until it is answered, and keeps what was found', async ({ store }) => {
      const { inquiry: one } = await store.inquiries.open({ question: 'how many?' })
      const { inquiry: two } = await store.inquiries.open({ question: 'why?', target: 'payments' })
      expect(two).toMatchObject({ status: 'running', question: 'why?', target: 'payments', answer: null, steps: [], answered_at: null })
      expect((await store.inquiries.running()).map(({ id }) => id)).toEqual([one.id, two.id])
      const step = { tool_call_id: 'c', name: 'list_instances', arguments: '{}', ok: true, summary: '3 run.', duration_ms: 4 }
      await store.inquiries.update({ ...one, status: 'answered', answer: '3', steps: [step], answered_at: one.asked_at })
      expect(await store.inquiries.find(one.id.toUpperCase())).toMatchObject({ status: 'answered', answer: '3', steps: [step] })
      expect((await store.inquiries.running()).map(({ id }) => id)).toEqual([two.id])
      for (const id of ['', 'x', '%']) expect(await store.inquiries.find(id)).toBeUndefined()
    })

    test('how far somebody has read is kept by name', async ({ store }) => {
      expect(await store.cursors.get('a')).toBeUndefined()
      for (const id of [3, 7]) await store.cursors.set('a', id)
      await store.cursors.set('b', 1)
      expect([await store.cursors.get('a'), await store.cursors.get('b')]).toEqual([7, 1])
    })

    test('an id of the caller is one inquiry, what has ended stays, and the newest are listed by their context', async ({ store }) => {
      const id = '00000000-0000-4000-8000-000000000001'
      const first = await store.inquiries.open({ question: 'how many?', id, context: 'c1' })
      const again = await store.inquiries.open({ question: 'another?', id, context: 'c2' })
      expect([first.isNew, again.isNew, again.inquiry]).toEqual([true, false, first.inquiry])
      await store.inquiries.update({ ...first.inquiry, status: 'cancelled' })
      await store.inquiries.update({ ...first.inquiry, status: 'answered', answer: '3' })
      expect(await store.inquiries.find(id)).toMatchObject({ status: 'cancelled', answer: null, context: 'c1' })
      await store.inquiries.open({ question: 'why?' })
      expect((await store.inquiries.list(10)).map(({ question }) => question)).toEqual(['why?', 'how many?'])
      expect((await store.inquiries.list(10, 'c1')).map((each) => each.id)).toEqual([id])
      expect(await store.inquiries.list(1)).toHaveLength(1)
    })
  })
}
