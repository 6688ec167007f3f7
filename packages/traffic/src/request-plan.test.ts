import { Item } from '@oncall-lab/inventory/api'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { createRandom } from './random.ts'
import { createRequestPlan, type MixSettings } from './request-plan.ts'

const mix: MixSettings = { putFrac: 0.3, payloadKb: 1, keyspace: 5_000, hotFrac: 0.2, hotset: 50 }

function draw(count: number, settings: Partial<MixSettings> = {}, errorShare = 0) {
  const plan = createRequestPlan({ ...mix, ...settings }, createRandom(1))
  return Array.from({ length: count }, () => plan(errorShare))
}

test('the mix has the shares that were asked for', () => {
  const requests = draw(20_000)
  const share = (accept: (request: (typeof requests)[number]) => boolean) => requests.filter(accept).length / requests.length
  expect(share(({ method }) => method === 'PUT')).toBeCloseTo(0.3, 1)
  // A fifth to the hot ids, and one in a hundred of the rest by chance.
  expect(share(({ path }) => Number(path.slice('/items/'.length)) <= 50)).toBeCloseTo(0.208, 1)
  expect(draw(20_000, {}, 0.8).filter(({ path }) => path === '/random-endpoint/error').length / 20_000).toBeCloseTo(0.8, 1)
})

test('ids are 1 to the size of the key space', () => {
  const ids = new Set(draw(1_000, { keyspace: 3, hotset: 50 }).map(({ path }) => path))
  expect([...ids].sort()).toEqual(['/items/1', '/items/2', '/items/3'])
})

test.each([0, 0.05, 1, 10, 64, 120])('a body of %f KiB is an item that inventory takes', (payloadKb) => {
  for (const { body = '' } of draw(20, { payloadKb, putFrac: 1 })) {
    expect(Value.Check(Item, JSON.parse(body))).toBe(true)
    expect(Math.abs(body.length - payloadKb * 1_024)).toBeLessThanOrEqual(payloadKb < 0.1 ? 100 : 1)
  }
})

test('the same seed gives the same requests', () => {
  expect(draw(100, {}, 0.5)).toEqual(draw(100, {}, 0.5))
})
