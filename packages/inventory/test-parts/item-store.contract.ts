import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ItemStore } from '../src/store/item-store.ts'

const lamp = { id: 'lamp-1', name: 'lamp', price: 12.5, manufacturer: 'Granby', quantity: 3 }

/** What every implementation promises. `open` gives two stores (as two instances have them) over the same new storage with the catalogue in it; each test has items of its own. */
export function describeItemStore(name: string, open: () => Promise<[ItemStore, ItemStore]>): void {
  describe(`${name} as an item store`, () => {
    let one: ItemStore
    let other: ItemStore
    beforeAll(async () => {
      ;[one, other] = await open()
    })
    afterAll(async () => {
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

    it.each([
      { price: 0.1 + 0.2, quantity: 0 },
      { price: 0, quantity: 1_000_000_000 },
      { price: 5e-324, quantity: 1 },
      { price: 999_999_999.999_999_9, quantity: 1 },
      { name: 'é€😀 "\\\' \t\n\u0001\u2028', manufacturer: '$1; DROP TABLE items; --' },
      { name: 'x'.repeat(65_536), manufacturer: '😀'.repeat(32_768) },
    ])('gives back exactly what was put, %#', async (change) => {
      const item = { ...lamp, id: 'exact-1', ...change }
      await one.put(item)
      expect(await other.get('exact-1')).toEqual(item)
      await one.remove('exact-1')
    })

    it('creates an item once when many put it at once', async () => {
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).put({ ...lamp, id: 'raced-1' })))
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
      await one.remove('raced-1')
    })

    it('reserves all or nothing', async () => {
      await one.put({ ...lamp, id: 'lamp-2' })
      expect(await one.reserve('lamp-2', 2)).toEqual({ kind: 'reserved', left: 1 })
      expect(await other.reserve('lamp-2', 2)).toEqual({ kind: 'not_enough', left: 1 })
      expect(await other.reserve('lamp-2', 1)).toEqual({ kind: 'reserved', left: 0 })
      expect(await one.reserve('no-such-item', 1)).toEqual({ kind: 'unknown_item' })
      expect(await one.page({ limit: 1, after: 'lamp-1' })).toMatchObject({ items: [{ id: 'lamp-2', quantity: 0, reserved: 3 }] })
      await one.remove('lamp-2')
    })

    it('lets no two instances reserve the same piece', async () => {
      await one.put({ ...lamp, id: 'lamp-3', quantity: 50 })
      const outcomes = await Promise.all(Array.from({ length: 80 }, (_, i) => (i % 2 ? one : other).reserve('lamp-3', 1)))
      expect(outcomes.filter(({ kind }) => kind === 'reserved')).toHaveLength(50)
      expect(await other.page({ limit: 1, after: 'lamp-2' })).toMatchObject({ items: [{ id: 'lamp-3', quantity: 0, reserved: 50 }] })
      await one.remove('lamp-3')
    })

    it('pages through all items without a gap or a repetition, with what was reserved of each', async () => {
      const seen: string[] = []
      let reserved = 0
      for (let after: string | null = ''; after !== null; ) {
        const page = await one.page({ limit: 999, after })
        seen.push(...page.items.map(({ id }) => id))
        reserved += page.items.reduce((sum, item) => sum + item.reserved, 0)
        after = page.next
      }
      expect(seen).toHaveLength(5_000)
      expect(seen.toSorted()).toEqual(seen)
      expect(new Set(seen).size).toBe(5_000)
      expect(reserved).toBeGreaterThan(50_000)
      expect(await one.page({ limit: 2, after: '10' })).toMatchObject({ items: [{ id: '100' }, { id: '1000' }], next: '1000' })
    })

    it('picks any item, a different one now and then', async () => {
      const ids = await Promise.all(Array.from({ length: 30 }, async () => (await one.pickAny())?.id))
      expect(new Set(ids).size).toBeGreaterThan(10)
    })
  })
}
