import { query } from '@oncall-lab/postgres-server/query'
import { describe, expect, it, vi } from 'vitest'
import { describeItemStore } from '../../test-parts/item-store.contract.ts'
import { openShop } from '../../test-parts/opened-shop.ts'
import { useDatabase } from '../../test-parts/shop-database.ts'
import type { Surroundings } from '../surroundings.ts'
import { codeOfError } from './database-errors.ts'
import { openShopDatabase } from './shop-database.ts'

const database = useDatabase()
const open = (surroundings: Surroundings = {}) => openShop(database.url, surroundings)

describeItemStore('PostgreSQL', async () => {
  const stores = [openShopDatabase(database.url, { surroundings: {} }), openShopDatabase(database.url, { surroundings: {} })] as const
  await Promise.all(stores.map(({ firstAttempt }) => firstAttempt))
  return [stores[0].items, stores[1].items]
})

describe('a broken connection', () => {
  it('fails the call that uses it as unavailable, with the driver’s error as the cause, and the next call connects anew', async () => {
    const surroundings: Surroundings = { onConnectionUse: (connection) => connection.destroy() }
    const { items, codes } = await open(surroundings)
    await expect(items.get('1')).rejects.toMatchObject({ status: 503, cause: { message: 'Connection terminated unexpectedly' } })
    expect(codes).toEqual(['connection_lost'])
    surroundings.onConnectionUse = undefined
    expect(await items.get('1')).toMatchObject({ id: '1' })
  })

  it('fails no other call that is under way', async () => {
    let calls = 0
    const surroundings: Surroundings = {
      onConnectionUse: (connection) => {
        if (calls++ % 2) connection.destroy()
      },
    }
    const { items } = await open(surroundings)
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => items.get('1')))
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(50)
  })

  it('by the server’s own hand is unavailable, too', async () => {
    const { items, codes } = await open({ waitForStorage: () => query(database.url, KILL).then(() => undefined) })
    await expect(items.get('1')).rejects.toMatchObject({ status: 503 })
    expect(codes.every((code) => ['57P01', 'connection_lost', 'ECONNRESET'].includes(code))).toBe(true)
    expect(codes.length).toBeGreaterThan(0)
  })

  const KILL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'inventory' AND datname = current_database()`
})

describe('the pool', () => {
  it('tells a call that finds no free connection in time, counts it, and serves the next', async () => {
    const held: { giveBack(): void }[] = []
    const surroundings: Surroundings = { onConnectionReturn: (connection) => void held.push(connection) }
    const { items, load, codes } = await open(surroundings)
    await Promise.all([1, 2, 3, 4].map((id) => items.get(String(id))))
    expect(load()).toEqual({ max: 4, open: 4, inUse: 4, waiting: 0 })
    const waiting = items.get('5')
    expect(load()).toMatchObject({ waiting: 1 })
    await expect(waiting).rejects.toMatchObject({ status: 503, retryable: true, cause: { message: /timeout/ } })
    expect(codes).toEqual(['pool_timeout'])
    surroundings.onConnectionReturn = undefined
    for (const connection of held) connection.giveBack()
    expect(load()).toMatchObject({ inUse: 0 })
    expect(await items.get('5')).not.toBeNull()
  })

  it('keeps a connection whose statement was refused', async () => {
    const { items, load } = await open()
    // More than an integer holds, which the routes never let through.
    await expect(items.put({ id: 'x', name: 'x', price: 1, manufacturer: 'x', quantity: 1e10 })).rejects.toMatchObject({ code: '22003' })
    expect(load()).toMatchObject({ open: 1, inUse: 0 })
  })
})

describe('an item that another instance is just creating', () => {
  it('is replaced, not created twice', async () => {
    const { items } = await open()
    const insert = `INSERT INTO items (id, name, price, manufacturer, quantity) VALUES ('raced-2', 'x', 1, 'x', 1)`
    const other = query(database.url, `BEGIN; ${insert}; SELECT pg_sleep(0.5); COMMIT`)
    await vi.waitFor(async () => expect(await query(database.url, SLEEPING)).toHaveLength(1))
    expect(await items.put({ id: 'raced-2', name: 'y', price: 2, manufacturer: 'y', quantity: 2 })).toBe('replaced')
    await other
    expect(await items.get('raced-2')).toMatchObject({ name: 'y', quantity: 2 })
    await items.remove('raced-2')
  })
})

const SLEEPING = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`

describe('a lock that somebody else holds', () => {
  it('fails the call with SQLSTATE 55P03, and probes and other items are not touched', { timeout: 15_000 }, async () => {
    const { items, isUp } = await open()
    const holder = query(database.url, `BEGIN; SELECT * FROM items WHERE id = '7' FOR UPDATE; SELECT pg_sleep(3); COMMIT`)
    await vi.waitFor(async () => expect(await query(database.url, SLEEPING)).toHaveLength(1))
    await expect(items.reserve('7', 1)).rejects.toMatchObject({ code: '55P03' })
    expect(await items.reserve('8', 1)).toMatchObject({ kind: 'reserved' })
    expect(isUp()).toBe(true)
    await holder
  })
})

describe('codeOfError', () => {
  it.each([
    [Object.assign(new Error('x'), { code: '57014' }), '57014'],
    [new Error('timeout exceeded when trying to connect'), 'pool_timeout'],
    [new Error('Connection terminated due to connection timeout'), 'connect_timeout'],
    [new Error('Connection terminated unexpectedly'), 'connection_lost'],
    [new Error('Query read timeout'), 'query_timeout'],
    [new Error('something else'), 'unknown'],
    ['text', 'unknown'],
  ])('%s is %s', (error, code) => expect(codeOfError(error)).toBe(code))
})
