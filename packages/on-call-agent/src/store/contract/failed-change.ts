import { describe, expect } from 'vitest'
import { firing, other, rate, resolved } from './occasions.ts'
import type { StoreTest } from './store-test.ts'

/** A change that fails leaves nothing behind. */
export function failedChangeContract(test: StoreTest): void {
  describe('a change that fails', () => {
    const broken = { ...other, labels: undefined as unknown as Record<string, string> } // What no validation would let through.

    test('leaves nothing and is not heard', ({ store, heard, opened }) => {
      const id = opened()
      const before = JSON.stringify([store.list(100), store.eventsAfter(0, 100)])
      heard.length = 0
      expect(() => store.applyAlerts([rate(), resolved, broken])).toThrow()
      expect(() => store.appendTranscript(id, [{ role: 'user', content: 'x' }], [undefined as never])).toThrow()
      expect(() => store.append('no such incident', { kind: 'incident_resolved' })).toThrow()
      expect(JSON.stringify([store.list(100), store.eventsAfter(0, 100)])).toBe(before)
      expect(store.transcript(id)).toEqual([])
      expect(heard).toEqual([])
    })

    test('does not make the next one be heard twice or wrongly', ({ store, heard, opened }) => {
      expect(() => store.applyAlerts([firing, broken])).toThrow()
      opened(other)
      expect(heard.map(({ event }) => event)).toMatchObject([{ kind: 'alert_firing', alertname: 'LabPartDown' }])
    })
  })
}
