import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLull } from './lull.ts'

const settled = async (promise: Promise<void>) => (await Promise.race([promise.then(() => 'settled'), sleep(0, 'waits')])) === 'settled'

test('in ordinary times nothing waits', async () => {
  const lull = createLull({ usual: 1 })
  await lull.during(async () => expect(await settled(lull.wait())).toBe(true))
})

test('other work waits until a storm is over', async () => {
  const lull = createLull({ usual: 1, quietMs: 10 })
  const { promise: end, resolve } = Promise.withResolvers<void>()
  const storm = Promise.all([lull.during(() => end), lull.during(() => end)])
  const waiting = lull.wait()
  expect(await settled(waiting)).toBe(false)
  resolve()
  await storm
  await waiting
})

test('a storm without end holds other work up for its bound only', async () => {
  const lull = createLull({ usual: 1, quietMs: 4, atMostMs: 20 })
  for (let i = 0; i < 2; i += 1) void lull.during(() => new Promise(() => {}))
  await lull.wait()
})
