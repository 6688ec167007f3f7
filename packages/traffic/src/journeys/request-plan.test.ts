import { Item, ReservationRequest } from '@oncall-lab/inventory/api'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { nextInListing } from './listing-order.ts'
import type { PlannedRequest } from './operation.ts'
import { createRequestPlan, type PlanSettings } from './request-plan.ts'

const settings: PlanSettings = {
  ...{
    mix: { list: 0.1, put: 0.1, reserve: 0.08, unknown: 0.01 },
    payloadKb: 1,
    keyspace: 5_000,
    hotFrac: 0.2,
    hotset: 50,
    zipf: 0,
    seed: 1,
  },
  path: undefined,
}

/** A hundred arrivals a second. */
function draw(count: number, changes: Partial<PlanSettings> = {}, errorShare = 0): PlannedRequest[] {
  const plan = createRequestPlan({ ...settings, ...changes })
  return Array.from({ length: count }, (_, index) => plan({ at: index / 100, errorShare })())
}

const puts = { list: 0, put: 1, reserve: 0, unknown: 0 }

test('the mix has the shares that were asked for', () => {
  const requests = draw(50_000)
  const share = (operation: string, of = requests) => of.filter((request) => request.operation === operation).length / of.length
  expect(share('list_items')).toBeCloseTo(0.1, 2)
  expect(share('put_item')).toBeCloseTo(0.1, 2)
  expect(share('reserve_item')).toBeCloseTo(0.08, 2)
  expect(share('get_unknown_item')).toBeCloseTo(0.01, 2)
  expect(share('get_item')).toBeCloseTo(0.71, 2)
  expect(share('trigger_error', draw(20_000, {}, 0.8))).toBeCloseTo(0.8, 1)
})

test('a fifth goes to the hot ids, or most to the first ids by Zipf', () => {
  const idsOf = (requests: PlannedRequest[]) => requests.map(({ path }) => Number(path.split('/')[2]))
  const hot = idsOf(draw(100_000, { mix: { ...puts, put: 0, reserve: 1 } })).filter((id) => id <= 50)
  // And one in a hundred of the rest by chance.
  expect(hot.length / 100_000).toBeCloseTo(0.208, 2)
  const zipf = idsOf(draw(20_000, { mix: puts, zipf: 1.2 })).filter((id) => id === 1)
  expect(zipf.length / 20_000).toBeCloseTo(0.211, 1)
})

test('ids are 1 to the size of the key space', () => {
  for (const zipf of [0, 0.8, 1, 3]) {
    const ids = new Set(draw(3_000, { keyspace: 3, hotset: 50, mix: puts, zipf }).map(({ path }) => path))
    expect([...ids].sort()).toEqual(['/items/1', '/items/2', '/items/3'])
  }
})

test('whoever saw a page of the list goes on to an item on it', () => {
  const requests = draw(3_000, { mix: { list: 0.6, put: 0, reserve: 0, unknown: 0 } })
  const pages = requests.filter(({ operation }) => operation === 'list_items').map(({ path }) => Number(path.split('after=')[1]))
  const read = requests.filter(({ operation }) => operation === 'get_item').map(({ path }) => Number(path.split('/')[2]))
  const isOnPage = (id: number | undefined, after: number) => {
    let on = after
    for (let step = 0; step < 20; step += 1) {
      on = nextInListing(on, settings.keyspace) ?? on
      if (on === id) return true
    }
    return false
  }
  // The visitors go on in the order in which they came; only the reads of the first half second had no page before.
  const early = read.findIndex((id) => isOnPage(id, pages[0] ?? 0))
  expect(early).toBeLessThan(60)
  const followed = read.slice(early, early + 500)
  expect(followed.filter((id, index) => isOnPage(id, pages[index] ?? 0)).length).toBe(followed.length)
})

test.each([0, 0.05, 1, 10, 64, 120])('a body of %f KiB is an item that inventory takes', (payloadKb) => {
  for (const { body = '' } of draw(20, { payloadKb, mix: puts })) {
    expect(Value.Check(Item, JSON.parse(body))).toBe(true)
    expect(Math.abs(body.length - payloadKb * 1_024)).toBeLessThanOrEqual(payloadKb < 0.1 ? 100 : 1)
  }
})

test('reservations are what inventory takes, and stocking up brings more pieces than they take away', () => {
  const requests = draw(20_000)
  const pieces = (operation: string) =>
    requests.filter((request) => request.operation === operation).map(({ body = '' }) => JSON.parse(body) as { quantity: number })
  for (const reservation of pieces('reserve_item')) expect(Value.Check(ReservationRequest, reservation)).toBe(true)
  const sum = (of: { quantity: number }[]) => of.reduce((total, { quantity }) => total + quantity, 0)
  expect(sum(pieces('put_item'))).toBeGreaterThan(100 * sum(pieces('reserve_item')))
})

test('the same seed gives the same requests, another one others', () => {
  expect(draw(500, {}, 0.2)).toEqual(draw(500, {}, 0.2))
  expect(draw(500)).not.toEqual(draw(500, { seed: 2 }))
})

test('a request is the same whether or not the ones before it were made', () => {
  const all = draw(500)
  const plan = createRequestPlan(settings)
  const choices = Array.from({ length: 500 }, (_, index) => plan({ at: index / 100, errorShare: 0 }))
  expect(choices.filter((_, index) => index % 3 === 1).map((choice) => choice())).toEqual(all.filter((_, index) => index % 3 === 1))
})
