import { describe, expect, it, vi } from 'vitest'
import { openGate } from '../../test-parts/database-gate.ts'
import { openShop } from '../../test-parts/opened-shop.ts'
import { useDatabase } from '../../test-parts/shop-database.ts'

const database = useDatabase()

describe('a database that is not there', () => {
  it('makes calls fail as unavailable, and is used as soon as it is there', { timeout: 15_000 }, async () => {
    const gate = await openGate(database.url)
    const shop = await openShop(gate.url)
    await expect(shop.items.get('1')).rejects.toMatchObject({ status: 503, cause: { code: 'ECONNREFUSED' } })
    expect(shop.isUp()).toBe(false)
    await gate.open()
    await vi.waitFor(async () => expect(await shop.items.get('1')).toMatchObject({ id: '1' }), { timeout: 10_000 })
    await vi.waitFor(() => expect(shop.isUp()).toBe(true), { timeout: 10_000 })
    await gate.shut()
    await vi.waitFor(() => expect(shop.isUp()).toBe(false), { timeout: 10_000 })
    expect(shop.codes.filter((code) => code !== 'storage_unavailable').length).toBeGreaterThan(0)
  })
})

describe('a link that falls silent', () => {
  it('fails the call in the end, and its connection is not used again', { timeout: 20_000 }, async () => {
    const gate = await openGate(database.url)
    await gate.open()
    const { items, codes, load } = await openShop(gate.url)
    expect(await items.get('1')).not.toBeNull()
    gate.stall()
    await expect(items.get('1')).rejects.toMatchObject({ status: 503, cause: { message: 'Query read timeout' } })
    expect(codes).toEqual(['query_timeout'])
    expect(load()).toMatchObject({ open: 0, inUse: 0 })
    await gate.shut()
    await gate.open()
    expect(await items.get('1')).not.toBeNull()
  })
})
