import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ItemStore } from './item-store.ts'

const lamp = { id: 'lamp-1', name: 'lamp', price: 12.5, manufacturer: 'Granby', quantity: 3 }

/** What every implementation promises. `open` gives two stores (as two instances have them) over the same new storage with the catalogue in it. */
export function describeItemStore(name: string, open: () => Promise<[ItemStore, ItemStore]>): void {
  describe(`${name} as an item store`, () => {
    let one: ItemStore
    let other: ItemStore
    beforeEach(async () => {
      ;[one, other] = await open()
    })
    afterEach(async () => {
      await one[Symbol.asyncDispose]()
      await other[Symbol.asyncDispose]()
    })

    it('starts with the catalogue of 5,000 items, once', async () => {
      expect(await other.count()).toBe(5_000)
      expect(await one.get('1')).toMatchObject({ id: '1', quantity: 101 })
      expect(await one.get('5000')).not.toBeNull()
      expect(await one.get('5001')).toBeNull()
    })

    it('shows what one instance writes to the other at once', async () => {
      expect(await one.put(lamp)).toBe('created')
      expect(await other.get('lamp-1')).toEqual(lamp)
      expect(await other.put({ ...lamp, price: 9 })).toBe('replaced')
      expect(await one.get('lamp-1')).toEqual({ ...lamp, price: 9 })
      expect(await other.remove('lamp-1')).toBe(true)
      expect(await one.remove('lamp-1')).toBe(false)
      expect(await one.get('lamp-1')).toBeNull()
    })

    it('reserves all or nothing', async () => {
      await one.put(lamp)
      expect(await one.reserve('lamp-1', 2)).toEqual({ kind: 'reserved', left: 1 })
      expect(await other.reserve('lamp-1', 2)).toEqual({ kind: 'not_enough', left: 1 })
      expect(await other.reserve('lamp-1', 1)).toEqual({ kind: 'reserved', left: 0 })
      expect(await one.reserve('no-such-item', 1)).toEqual({ kind: 'unknown_item' })
    })

    it('lets no two instances reserve the same piece', async () => {
      await one.put({ ...lamp, quantity: 50 })
      const outcomes = await Promise.all(Array.from({ length: 80 }, (_, i) => (i % 2 ? one : other).reserve('lamp-1', 1)))
      expect(outcomes.filter(({ kind }) => kind === 'reserved')).toHaveLength(50)
    })

    it('pages through all items without a gap or a repetition', async () => {
      const seen: string[] = []
      for (let after: string | null = ''; after !== null; ) {
        const page = await one.page({ limit: 999, after })
        seen.push(...page.items.map(({ id }) => id))
        after = page.next
      }
      expect(seen).toHaveLength(5_000)
      expect(new Set(seen).size).toBe(5_000)
      expect(await one.page({ limit: 2, after: '10' })).toMatchObject({ items: [{ id: '100' }, { id: '1000' }], next: '1000' })
    })

    it('picks any item, a different one now and then', async () => {
      const ids = await Promise.all(Array.from({ length: 30 }, async () => (await one.pickAny())?.id))
      expect(new Set(ids).size).toBeGreaterThan(10)
    })
  })
}
