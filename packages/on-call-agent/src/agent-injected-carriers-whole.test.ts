import { expect, test } from 'vitest'
import { testCarriers } from '../test-parts/injected-carrier.ts'
import { CARRIERS } from '../test-parts/injection-carriers.ts'
import { INJECTIONS } from '../test-parts/injections.ts'

/** Every carrier has its own sixth of all strings: each wish, in five of the forms. */
const PARTS = 6
const partOf = (index: number) => INJECTIONS.filter((_, i) => (i + Math.floor(i / PARTS)) % PARTS === index % PARTS)

test('the carriers together bring each string at least twice', () => {
  expect(INJECTIONS.length).toBeGreaterThanOrEqual(400)
  const brought = CARRIERS.flatMap((_, index) => partOf(index))
  expect(brought.length).toBeGreaterThanOrEqual(2 * INJECTIONS.length)
  expect(new Set(brought)).toEqual(new Set(INJECTIONS))
})

for (const [index, carrier] of CARRIERS.entries()) testCarriers([carrier], partOf(index))
