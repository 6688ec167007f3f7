import { expect, it } from 'vitest'
import { calibrationErrorOf, medianOf, reliabilityOf, shareOf } from './statistics.ts'

// Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('the interval of %i of %i is the published one', (hits, of, low, high) => {
  const share = shareOf(hits, of)
  expect(share.low).toBeCloseTo(low, 4)
  expect(share.high).toBeCloseTo(high, 4)
})

it('nothing counted says nothing', () => {
  expect(shareOf(0, 0)).toMatchObject({ low: 0, high: 1 })
})

it('whoever is as often right as they say has no calibration error, and whoever is never right has what they said', () => {
  const honest = Array.from({ length: 10 }, (_, index) => ({ confidence: 0.7, right: index < 7 }))
  expect(calibrationErrorOf(reliabilityOf(honest))).toBeCloseTo(0)
  expect(calibrationErrorOf(reliabilityOf([{ confidence: 0.9, right: false }]))).toBeCloseTo(0.9)
  expect(reliabilityOf([{ confidence: 1, right: true }])).toMatchObject([{ from: 0.9, count: 1, said: 1, right: 1 }])
})

it('the median of an even number is the lower one of the middle', () => {
  expect([medianOf([3, 1, 2]), medianOf([4, 1]), medianOf([])]).toEqual([2, 1, undefined])
})
