import { describe, expect } from 'vitest'
import { firing, other, rate, resolved } from './occasions.ts'
import type { StoreTest } from './store-test.ts'

/** A change that fails leaves nothing behind. */
export function failedChangeContract(test: StoreTest): void {
  describe('a change that fails', () => {
    const broken = { ...other, labels: undefined as unknown as Record<string, string> } // What no validation would let through.

    test('leaves nothing and is not heard', async ({ store, heard, opened }) => {
      const id = await opened()
      const before = JSON.stringify([await store.incidents.list(100), await store.incidents.eventsAfter(0, 100)])
      heard.length = 0
      await expect(store.alerts.apply([rate(), resolved, broken])).rejects.toThrow()
      await expect(store.transcripts.append(id, [{ role: 'user', content: 'x' }], [undefined as never])).rejects.toThrow()
      await expect(store.incidents.append('no such incident', { kind: 'incident_resolved' })).rejects.toThrow()
      expect(JSON.stringify([await store.incidents.list(100), await store.incidents.eventsAfter(0, 100)])).toBe(before)
      expect(await store.transcripts.read(id)).toEqual([])
      expect(heard).toEqual([])
    })

    test('does not make the next one be heard twice or wrongly', async ({ store, heard, opened }) => {
      await expect(store.alerts.apply([firing, broken])).rejects.toThrow()
      await opened(other)
      expect(heard.map(({ event }) => event)).toMatchObject([{ kind: 'alert_firing', alertname: 'LabPartDown' }])
    })
  })
}
