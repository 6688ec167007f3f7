import { describe, expect, it } from 'vitest'
import { quantile, spread, spreadOfRatios } from './statistics.ts'

describe('quantile', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 2, 3], 0.5, 2.5],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 0.9, 9],
    [[5], 0.99, 5],
    [[1, 100], 1, 100],
    [[1, 100], 0, 1],
  ])('of %j at %d is %d', (values, share, expected) => expect(quantile(values, share)).toBeCloseTo(expected, 10))

  it('is no number without values', () => expect(quantile([], 0.5)).toBeNaN())

  it('leaves the values in their order', () => {
    const values = [3, 1, 2]
    quantile(values, 0.5)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('spread', () => {
  it('is the median with the least and the most', () => expect(spread([5, 1, 9, 3])).toEqual({ median: 4, min: 1, max: 9 }))

  it('refuses to be one of nothing', () => expect(() => spread([])).toThrow(RangeError))
})

describe('spreadOfRatios', () => {
  it('pairs the values of a round, so that a slow round does not count', () => {
    const [ours, theirs] = [
      [20, 60, 22],
      [10, 30, 11],
    ]
    expect(spreadOfRatios(ours ?? [], theirs ?? [])).toEqual({ median: 2, min: 2, max: 2 })
  })

  it('leaves rounds out that one of both lacks', () => expect(spreadOfRatios([4, 6, 8], [2, 3])).toEqual({ median: 2, min: 2, max: 2 }))

  it('leaves rounds out in which the other one measured nothing', () =>
    expect(spreadOfRatios([4, 6], [0, 3])).toEqual({ median: 2, min: 2, max: 2 }))
})
