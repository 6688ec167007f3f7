import { expect, it } from 'vitest'
import { choose, createRandom } from './chosen.ts'

it('the same seed chooses the same, another one something else', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed))
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

it('a range is kept to, whole numbers where its ends are whole', () => {
  const random = createRandom(1)
  const whole = Array.from({ length: 500 }, () => choose({ between: [3, 5] }, random))
  expect([...new Set(whole)].toSorted()).toEqual([3, 4, 5])
  for (const value of Array.from({ length: 500 }, () => choose({ between: [0.9, 1.5] }, random))) {
    expect(value).toBeGreaterThanOrEqual(0.9)
    expect(value).toBeLessThanOrEqual(1.5)
  }
})
