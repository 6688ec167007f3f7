import { expect, test } from 'vitest'
import { arrivals } from './arrivals.ts'
import { createRandom } from './random.ts'

const poisson = (seed: number) => ({ kind: 'poisson' as const, random: createRandom(seed) })
const steady = (rate: number) => () => ({ rate, errorShare: 0, phase: '' })

test('as many arrive as the rate says, at uneven distances', () => {
  const times = [...arrivals(steady(50), 200, poisson(1))]
  expect(times.length).toBeGreaterThan(9_600)
  expect(times.length).toBeLessThan(10_400)
  const gaps = times.map((time, i) => time - (times[i - 1] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
  // In a Poisson process a share of 1/e of all gaps is longer than the mean.
  expect(gaps.filter((gap) => gap > 0.02).length / gaps.length).toBeCloseTo(1 / Math.E, 1)
})

test('a changing rate is followed', () => {
  const times = [...arrivals((seconds) => ({ rate: seconds < 100 ? 10 : 100, errorShare: 0, phase: '' }), 200, poisson(2))]
  const early = times.filter((time) => time < 100).length
  expect(early).toBeGreaterThan(850)
  expect(early).toBeLessThan(1_150)
  expect(times.length - early).toBeGreaterThan(9_600)
  expect(times.length - early).toBeLessThan(10_400)
})

test('nobody comes at rate zero or after the end', () => {
  expect([...arrivals(steady(0), 10, poisson(3))]).toEqual([])
  expect([...arrivals(steady(1_000), 0.5, poisson(3))].at(-1)).toBeLessThan(0.5)
})

test('the same seed gives the same arrivals, another one others', () => {
  const of = (seed: number) => [...arrivals(steady(10), 10, poisson(seed))]
  expect(of(7)).toEqual(of(7))
  expect(of(7)).not.toEqual(of(8))
})
