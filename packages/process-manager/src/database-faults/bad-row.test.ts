import { addOncallSchema } from '@oncall-lab/inventory/test-parts/oncall-schema'
import { expect, inject, it } from 'vitest'
import { createShopDatabase } from '../../test-parts/shop-database.ts'
import { DatabaseFaultSwitch } from './database-fault-switch.ts'

const ROW = "SELECT * FROM items WHERE id = '17'"

it('mends the row in quarantine where somebody has set it aside, and leaves it there', async () => {
  await using shop = await createShopDatabase(inject('postgresUrl'))
  await addOncallSchema(shop.url)
  await using faults = new DatabaseFaultSwitch({ url: shop.url, holdFile: undefined, availableMemory: () => 0 })
  const [before, row] = [await shop.snapshot(), await shop.query(ROW)]
  await faults.turn('bad_row', 60)
  await shop.query("SELECT oncall.quarantine_row('items', '17', 'it ends whoever reads it')")
  expect(await faults.end()).toEqual({ ok: true })
  expect(await shop.query(ROW)).toEqual([])
  await shop.query("SELECT oncall.return_row('items', '17')")
  expect(await shop.query(ROW)).toEqual(row)
  expect(await shop.snapshot()).toEqual(before)
})
