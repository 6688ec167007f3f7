import { createServer, type Socket } from 'node:net'
import { query } from '@oncall-lab/postgres-server/query'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { useDatabase } from '../../test/shop-database.ts'
import type { Surroundings } from '../surroundings.ts'
import { codeOfError } from './database-errors.ts'
import { describeItemStore } from './item-store.contract.ts'
import { openShopDatabase } from './shop-database.ts'

const database = useDatabase()

async function open(surroundings: Surroundings = {}, url = database.url) {
  const codes: string[] = []
  const watch = { acquired() {}, failed: (code: string) => void codes.push(code), wait: <T>(call: () => Promise<T>) => call() }
  const shop = openShopDatabase(url, { surroundings, watch })
  onTestFinished(() => shop.items[Symbol.asyncDispose]())
  await shop.firstAttempt
  return { ...shop, codes }
}

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

describe('a lock that somebody else holds', () => {
  it('fails the call with SQLSTATE 55P03, and probes and other items are not touched', { timeout: 15_000 }, async () => {
    const { items, isUp } = await open()
    const holder = query(database.url, `BEGIN; SELECT * FROM items WHERE id = '7' FOR UPDATE; SELECT pg_sleep(3); COMMIT`)
    await vi.waitFor(async () => expect(await query(database.url, HELD)).toHaveLength(1))
    await expect(items.reserve('7', 1)).rejects.toMatchObject({ code: '55P03' })
    expect(await items.reserve('8', 1)).toMatchObject({ kind: 'reserved' })
    expect(isUp()).toBe(true)
    await holder
  })

  const HELD = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`
})

describe('a database that is not there', () => {
  it('makes calls fail as unavailable, and is used as soon as it is there', { timeout: 15_000 }, async () => {
    const gate = await openGate(database.url)
    const shop = await open({}, gate.url)
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

/** A way to the database that can be shut: nobody listens, or everything is passed on. */
async function openGate(target: string) {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = new (near.constructor as typeof Socket)().connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  await listen(0)
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  await shut()
  const url = new URL(target)
  url.port = String(address.port)
  onTestFinished(() => (server.listening ? shut() : undefined))
  return { url: url.href, open: () => listen(address.port), shut }
}
