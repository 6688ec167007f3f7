import type { Random } from './random.ts'

/** One request to send. */
export interface PlannedRequest {
  /** What it is for; the key of the report's `by_operation`. */
  operation: 'get_item' | 'put_item' | 'trigger_error'
  method: 'GET' | 'PUT'
  path: string
  body?: string
}

/** What the requests are like. Shares are 0..1. */
export interface MixSettings {
  putFrac: number
  payloadKb: number
  /** Ids are 1..keyspace. */
  keyspace: number
  /** Share of the item requests that go to the first `hotset` ids. */
  hotFrac: number
  hotset: number
}

/** The longest text of an item that inventory takes. */
const LONGEST_TEXT = 65_536

/** Returns the planner of requests: `errorShare` of them to the route that always fails, the others to items. */
export function createRequestPlan(mix: MixSettings, random: Random): (errorShare: number) => PlannedRequest {
  return (errorShare) => {
    if (random() < errorShare) return { operation: 'trigger_error', method: 'GET', path: '/random-endpoint/error' }
    const ids = random() < mix.hotFrac ? Math.min(mix.hotset, mix.keyspace) : mix.keyspace
    const id = 1 + Math.floor(random() * ids)
    const path = `/items/${id}`
    if (random() >= mix.putFrac) return { operation: 'get_item', method: 'GET', path }
    return { operation: 'put_item', method: 'PUT', path, body: itemBody(id, mix.payloadKb * 1_024, random) }
  }
}

/** An item as inventory's `PUT /items/{id}` takes it, its texts padded to about `bytes` of JSON. */
function itemBody(id: number, bytes: number, random: Random): string {
  const item = {
    name: `Item ${id}`,
    price: Math.round(random() * 100_000) / 100,
    manufacturer: 'Lab Works',
    quantity: 1 + Math.floor(random() * 1_000),
  }
  let missing = Math.max(0, bytes - JSON.stringify(item).length)
  for (const text of ['name', 'manufacturer'] as const) {
    const length = Math.min(LONGEST_TEXT, item[text].length + missing)
    missing -= length - item[text].length
    item[text] = item[text].padEnd(length, ' lorem ipsum dolor sit amet')
  }
  return JSON.stringify(item)
}
