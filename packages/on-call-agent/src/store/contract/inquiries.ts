import { describe, expect } from 'vitest'
import type { StoreTest } from './store-test.ts'

/** How questions that open no incident are kept. */
export function inquiriesContract(test: StoreTest): void {
  describe('inquiries', () => {
    test('an inquiry is found by its id, runs until it is answered, and keeps what was found', async ({ store }) => {
      const one = await store.inquiries.open({ question: 'how many?' })
      const two = await store.inquiries.open({ question: 'why?', target: 'payments' })
      expect(two).toMatchObject({ status: 'running', question: 'why?', target: 'payments', answer: null, steps: [], answered_at: null })
      expect((await store.inquiries.running()).map(({ id }) => id)).toEqual([one.id, two.id])
      const step = { tool_call_id: 'c', name: 'list_instances', arguments: '{}', ok: true, summary: '3 run.', duration_ms: 4 }
      await store.inquiries.update({ ...one, status: 'answered', answer: '3', steps: [step], answered_at: one.asked_at })
      expect(await store.inquiries.find(one.id.toUpperCase())).toMatchObject({ status: 'answered', answer: '3', steps: [step] })
      expect((await store.inquiries.running()).map(({ id }) => id)).toEqual([two.id])
      for (const id of ['', 'x', '%']) expect(await store.inquiries.find(id)).toBeUndefined()
    })
  })
}
