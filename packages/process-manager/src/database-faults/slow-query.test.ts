import { query } from '@oncall-lab/postgres-server/query'
import { startServer } from '@oncall-lab/postgres-server/start-server'
import { expect, inject, it, vi } from 'vitest'
import { createShopDatabase, type ShopDatabase } from '../../test-parts/shop-database.ts'
import { DatabaseFaultSwitch } from './database-fault-switch.ts'
import { RECORD } from './missing-index.ts'

const open = ({ url }: ShopDatabase) => new DatabaseFaultSwitch({ url, holdFile: undefined, availableMemory: () => 0 })
const untilAsBefore = (shop: ShopDatabase, before: unknown) =>
  vi.waitFor(async () => expect(await shop.snapshot()).toEqual(before), { timeout: 15_000, interval: 50 })

it('creates the index again when the server crashed and the giver lives', async () => {
  await using server = await startServer({ settings: ['fsync=off'] })
  await using shop = await createShopDatabase(server.url)
  const before = await shop.snapshot()
  await using faults = open(shop)
  await faults.turn('slow_query', 900)
  const [session] = await query(shop.url, "SELECT pid FROM pg_stat_activity WHERE application_name = 'reporting' LIMIT 1")
  // A killed session takes the whole server through crash recovery.
  process.kill(Number(session?.pid), 'SIGKILL')
  await untilAsBefore(shop, before)
  await vi.waitFor(() => expect(faults.active).toBeUndefined())
})

it('creates the index again when server and giver were killed, as soon as the next process manager reaches the database', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  const before = await shop.snapshot()
  await shop.query(`
    CREATE TABLE ${RECORD} AS SELECT pg_get_indexdef('reservations_item_id'::regclass) AS statement;
    DROP INDEX reservations_item_id`)
  await using faults = open(shop)
  await faults.recover()
  expect(await shop.snapshot()).toEqual(before)
})

it('leaves alone the index that a person created meanwhile', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  await using faults = open(shop)
  await faults.turn('slow_query', 60)
  await shop.query('CREATE INDEX reservations_item_id ON reservations (item_id, quantity)')
  expect(await faults.end()).toEqual({ ok: true })
  const indexes = await shop.query(
    `SELECT indexdef, to_regclass('${RECORD}') AS record FROM pg_indexes WHERE indexname = 'reservations_item_id'`,
  )
  expect(indexes).toEqual([{ indexdef: expect.stringContaining('(item_id, quantity)'), record: null }])
})

it('replaces the invalid index that a build of somebody else left', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  const before = await shop.snapshot()
  await using faults = open(shop)
  await faults.turn('slow_query', 60)
  await shop.query('CREATE INDEX reservations_item_id ON reservations (item_id)')
  const admin = new URL(shop.url)
  admin.username = 'postgres'
  await query(admin.href, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'reservations_item_id'::regclass")
  expect(await faults.end()).toEqual({ ok: true })
  expect(await shop.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'reservations_item_id'::regclass")).toEqual([
    { indisvalid: true },
  ])
  await untilAsBefore(shop, before)
})

it('gives up instead of making the shop wait behind it, and then tries again', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  await using faults = open(shop)
  // A writer that takes its time; the drop cannot pass it.
  const writer = shop.query("BEGIN; INSERT INTO reservations (item_id, quantity) VALUES ('1', 1); SELECT pg_sleep(1.5); COMMIT")
  await vi.waitFor(async () => expect(await shop.snapshot()).toMatchObject([{ sessions: 1 }]))
  const given = faults.turn('slow_query', 60)
  const others = shop.query("INSERT INTO reservations (item_id, quantity) VALUES ('2', 1)")
  await Promise.all([writer, given, others])
  await expect(shop.query("SELECT 'reservations_item_id'::regclass")).rejects.toThrow('does not exist')
})

it('is refused where there is no such index, or where somebody else has dropped it', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  await using faults = open(shop)
  await using others = open(shop)
  await faults.turn('slow_query', 60)
  await expect(others.turn('slow_query', 60)).rejects.toMatchObject({ status: 409, message: expect.stringContaining('Somebody else') })
  await faults.end()
  await shop.query('DROP INDEX reservations_item_id')
  await expect(faults.turn('slow_query', 60)).rejects.toMatchObject({ status: 409, message: expect.stringContaining('no index') })
})
