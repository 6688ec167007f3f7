import { startServer } from '@oncall-lab/postgres-server/start-server'
import { describe, inject, it, vi } from 'vitest'
import { runFaultGiver } from '../../test-parts/fault-giver.ts'
import { createShopDatabase, type ShopDatabase } from '../../test-parts/shop-database.ts'
import type { DatabaseFaultMode } from '../api.ts'
import { DatabaseFaultSwitch } from './database-fault-switch.ts'

const PLENTY = () => 64 * 1_073_741_824
const open = ({ url }: ShopDatabase, availableMemory = PLENTY) => new DatabaseFaultSwitch({ url, holdFile: undefined, availableMemory })
/** Each test starts a process or a server, five at a time: beside other work that takes its time. These limits end only what hangs. */
const WITHIN = { timeout: 150_000 }
const until = (condition: () => Promise<unknown>) => vi.waitFor(condition, { timeout: 90_000, interval: 50 })

/** How each fault is felt by the shop: resolves while it does not act. */
const FELT: Partial<Record<DatabaseFaultMode, (shop: ShopDatabase) => Promise<unknown>>> = {
  lock: (shop) =>
    shop.query("SET lock_timeout = 100; UPDATE items SET quantity = 9 WHERE id = '7'; UPDATE items SET quantity = 10 WHERE id = '7'"),
  row_lock: (shop) => shop.query("SET lock_timeout = 100; UPDATE items SET quantity = quantity WHERE id = '7'"),
  waiting_migration: (shop) => shop.query('SET lock_timeout = 100; SELECT FROM items LIMIT 1'),
  slow_query: (shop) => shop.query("SELECT 'reservations_item_id'::regclass"),
  max_connections: (shop) => shop.query('SELECT 1'),
}
const REFUSAL = {
  lock: /lock timeout/,
  row_lock: /lock timeout/,
  waiting_migration: /lock timeout/,
  slow_query: /does not exist/,
  max_connections: /too many clients|remaining connection slots/,
}
type Mode = keyof typeof REFUSAL
const TTL_SECONDS = 2
const MODES = ['lock', 'row_lock', 'waiting_migration', 'slow_query', 'max_connections'] as const

/** `max_connections` would starve the other tests of their server. */
async function openShop(mode: Mode) {
  const server = mode === 'max_connections' ? await startServer({ settings: ['max_connections=12', 'fsync=off'] }) : undefined
  const shop = await createShopDatabase(server?.url ?? inject('postgresUrl'))
  return {
    shop,
    felt: () => FELT[mode]?.(shop) ?? Promise.resolve(),
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]()
      await server?.[Symbol.asyncDispose]()
    },
  }
}

describe.concurrent.each(MODES)('%s', WITHIN, (mode) => {
  it('is felt by the shop, and the database is as before when it ends', async ({ expect }) => {
    await using place = await openShop(mode)
    const before = await place.shop.snapshot()
    await using faults = open(place.shop)
    await faults.turn(mode, 60)
    await expect(place.felt()).rejects.toThrow(REFUSAL[mode])
    expect(faults.active).toEqual({ mode, remaining_seconds: expect.any(Number) })
    expect(faults.active?.remaining_seconds).toBeLessThanOrEqual(60)
    expect(await faults.end()).toEqual({ ok: true })
    expect(faults.active).toBeUndefined()
    // A server's process ends a moment after its client has gone.
    await until(async () => expect(await place.shop.snapshot()).toEqual(before))
    await place.felt()
  })

  it('is ended by the server itself when its time is over, even if the giver is stopped', async ({ expect }) => {
    await using place = await openShop(mode)
    const before = await place.shop.snapshot()
    await using giver = await runFaultGiver(place.shop.url)
    const given = performance.now()
    await giver.give({ mode, ttl_seconds: TTL_SECONDS })
    giver.kill('SIGSTOP')
    const refusal = await place.felt().then(() => '', String)
    // Where this process was held up for longer than the fault lasts there is nothing left to be felt.
    if (refusal !== '' || performance.now() - given < TTL_SECONDS * 1_000) expect(refusal).toMatch(REFUSAL[mode])
    await until(async () => expect(await place.shop.snapshot()).toEqual(before))
    giver.kill('SIGCONT')
    await until(async () => expect(await giver.active()).toEqual([]))
  })

  it('ends when its giver is killed', async ({ expect }) => {
    await using place = await openShop(mode)
    const before = await place.shop.snapshot()
    await using giver = await runFaultGiver(place.shop.url)
    await giver.give({ mode, ttl_seconds: 900 })
    await expect(place.felt()).rejects.toThrow(REFUSAL[mode])
    giver.kill('SIGKILL')
    await until(async () => expect(await place.shop.snapshot()).toEqual(before))
  })
})

describe.concurrent('row_lock', WITHIN, () => {
  it('has a report among its victims, whose statement is the longest of all', async ({ expect }) => {
    await using place = await openShop('row_lock')
    await using faults = open(place.shop)
    await faults.turn('row_lock', 60)
    const waiting = `SELECT application_name, cardinality(pg_blocking_pids(pid)) AS blockers FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await until(async () => expect(await place.shop.query(waiting)).toEqual([{ application_name: 'reporting', blockers: 1 }]))
  })
})

describe.concurrent('bad_row', WITHIN, () => {
  const maker = (shop: ShopDatabase) => shop.query("SELECT manufacturer FROM items WHERE id = '17'")

  it('leaves one item without a maker, and the database is as before when it ends', async ({ expect }) => {
    await using place = await openShop('lock')
    const before = [await place.shop.snapshot(), await maker(place.shop)]
    await using faults = open(place.shop)
    await faults.turn('bad_row', 60)
    expect(await maker(place.shop)).toEqual([{ manufacturer: '' }])
    expect(await faults.end()).toEqual({ ok: true })
    expect([await place.shop.snapshot(), await maker(place.shop)]).toEqual(before)
  })

  it('is undone by the next process manager when its giver is killed, but not over what somebody wrote', async ({ expect }) => {
    await using place = await openShop('lock')
    await using giver = await runFaultGiver(place.shop.url)
    await giver.give({ mode: 'bad_row', ttl_seconds: 900 })
    giver.kill('SIGKILL')
    await place.shop.query("UPDATE items SET manufacturer = 'Mended' WHERE id = '17'")
    await using next = open(place.shop)
    await next.recover()
    expect(await maker(place.shop)).toEqual([{ manufacturer: 'Mended' }])
    expect(await place.shop.query("SELECT to_regclass('items_before_import') AS record")).toEqual([{ record: null }])
  })
})
