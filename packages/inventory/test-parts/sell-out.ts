import { query } from '@oncall-lab/postgres-server/query'
import type { RunningInventory } from './running-inventory.ts'

/** What came of a run on the last pieces of one item. */
export interface SellOut {
  /** How many requests had which status. */
  statuses: Record<number, number>
  /** Pieces left, as each instance tells it. */
  left: number[]
  /** Rows in the table, and their pieces. */
  rows: number
  pieces: number
}

interface SellOutOptions {
  databaseUrl: string
  pieces: number
  requests: number
  /** At the same time, over all instances. */
  concurrency: number
}

/** Puts an item with so many pieces into the shop and sends so many reservations of one piece each, in turn to all instances. */
export async function sellOut(fleet: RunningInventory[], { databaseUrl, pieces, requests, concurrency }: SellOutOptions): Promise<SellOut> {
  const [first] = fleet
  if (!first) throw new Error('there is no instance')
  const id = `last-pieces-${pieces}`
  await first.send('PUT', `/items/${id}`, { name: 'lamp', price: 12.5, manufacturer: 'Granby', quantity: pieces })
  const statuses: Record<number, number> = {}
  let sent = 0
  const buyer = async () => {
    while (sent < requests) {
      const instance = fleet[sent++ % fleet.length] ?? first
      const { status } = await instance.send('POST', `/items/${id}/reservations`, { quantity: 1 })
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, buyer))
  const left = await Promise.all(fleet.map(async ({ send }) => ((await send('GET', `/items/${id}`)).json as { quantity: number }).quantity))
  const [row] = await query(
    databaseUrl,
    `SELECT count(*)::int AS rows, sum(quantity)::int AS pieces FROM reservations WHERE item_id = '${id}'`,
  )
  return { statuses, left, rows: Number(row?.rows), pieces: Number(row?.pieces) }
}
