import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { expect, inject, it } from 'vitest'
import { createShopDatabase } from '../../test-parts/shop-database.ts'
import { DatabaseFaultSwitch } from './database-fault-switch.ts'

const open = (url: string, availableMemory = () => 64 * 1_073_741_824) =>
  new DatabaseFaultSwitch({ url, holdFile: undefined, availableMemory })
const refused = (message: RegExp) => expect.objectContaining({ status: 409, message: expect.stringMatching(message) })

it('holds one fault: another one ends it first', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  const before = await shop.snapshot()
  await using faults = open(shop.url)
  await faults.turn('lock', 60)
  await faults.turn('slow_query', 30)
  expect(faults.active).toEqual({ mode: 'slow_query', remaining_seconds: 30 })
  await shop.query("UPDATE items SET quantity = 10 WHERE id = '7'")
  await faults.turn('lock', 60)
  expect(await shop.query("SELECT to_regclass('reservations_item_id')::text AS index")).toEqual([{ index: 'reservations_item_id' }])
  expect(await faults.end()).toEqual({ ok: true })
  expect(await faults.end()).toBeUndefined()
  expect(await shop.snapshot()).toEqual(before)
})

it('refuses what it cannot do with its reason, and then nothing is on', async () => {
  await using empty = await createTestDatabase(inject('postgresUrl'))
  const superuser = new URL(empty.url)
  superuser.username = 'postgres'
  const nowhere = new URL(empty.url)
  nowhere.port = '1'
  const table = [
    [new DatabaseFaultSwitch(undefined), 'lock', /No database is configured/],
    [open(nowhere.href), 'lock', /does not take it: .*ECONNREFUSED/],
    [open(nowhere.href), 'max_connections', /ECONNREFUSED/],
    [open(empty.url), 'lock', /no table items/],
    [open(empty.url), 'slow_query', /no index reservations_item_id/],
    [open(empty.url, () => 700 * 1_048_576), 'max_connections', /too little memory/],
    [open(superuser.href), 'max_connections', /superuser/],
  ] as const
  for (const [faults, mode, reason] of table) {
    await expect(faults.turn(mode, 60)).rejects.toEqual(refused(reason))
    expect(faults.active).toBeUndefined()
  }
})
