import type { Random } from '../random.ts'

/** The longest text of an item that inventory takes. */
const LONGEST_TEXT = 65_536
/** Whoever stores an item stocks it up: that and small reservations keep the shop from being sold empty. */
const STOCK = { least: 500, most: 1_000 }
const FILLING = ' lorem ipsum dolor sit amet'

/** An item as inventory's `PUT /items/{id}` takes it, its texts padded to about `bytes` of JSON. */
export function itemBody(id: number, bytes: number, random: Random): string {
  const item = {
    name: `Item ${id}`,
    price: Math.round(random() * 100_000) / 100,
    manufacturer: 'Lab Works',
    quantity: STOCK.least + Math.floor(random() * (STOCK.most - STOCK.least)),
  }
  let missing = Math.max(0, bytes - JSON.stringify(item).length)
  for (const text of ['name', 'manufacturer'] as const) {
    const length = Math.min(LONGEST_TEXT, item[text].length + missing)
    missing -= length - item[text].length
    item[text] = item[text].padEnd(length, FILLING)
  }
  return JSON.stringify(item)
}
