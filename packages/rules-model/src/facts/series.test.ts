import { describe, expect, test } from 'vitest'
import { baselineOf, courseOf, newestTime, presentValue, type Series } from './series.ts'

const START = Date.parse('2026-11-20T12:00:00Z')
const series = (values: (number | null)[], stepSeconds = 30): Series => ({
  labels: {},
  points: values.map((value, index) => [new Date(START + index * stepSeconds * 1000).toJSON(), value]),
})

describe('the course of a value', () => {
  test.each([
    ['flat', [100, 101, 99, 102, 100]],
    ['rising', [100, 120, 138, 161, 180, 199]],
    ['step', [100, 100, 101, 250, 251, 250]],
    ['plateau', [100, 130, 160, 190, 190, 190]],
    ['falling', [200, 190, 170, 160, 150]],
  ] as const)('is called %s', (shape, values) => {
    expect(courseOf(series([...values]))?.shape).toBe(shape)
  })

  test('begins anew after a sharp fall, as with a new process', () => {
    expect(courseOf(series([300, 350, 100, 101, 100, 101]))).toMatchObject({ shape: 'flat', dropped: true, from: 100, peak: 350 })
  })

  test('has the pace of the growth, not of the quiet time before it', () => {
    const { slopePerSecond } = courseOf(series([100, 100, 100, 100, 130, 160, 190])) ?? {}
    expect(slopePerSecond).toBeCloseTo(1, 1)
  })

  test('is not claimed from two samples', () => {
    expect(courseOf(series([100, 200]))).toBeUndefined()
  })
})

test('a value is present only when the series goes on to the newest time', () => {
  const now = newestTime([series([1, 2, 3, 4])])
  expect(presentValue(series([1, 2, 3, 4]), now)).toBe(4)
  expect(presentValue(series([1, 2]), now)).toBeUndefined()
  expect(presentValue(series([1, 2, 3, null]), now)).toBeUndefined()
})

test('what is usual is the median before the trouble, idle times left out, and unknown without samples', () => {
  expect(baselineOf(series([0, 0, 10, 12, 11, 90]), START + 140_000)).toBe(11)
  expect(baselineOf(series([0, 0, 10, 90]), START + 70_000)).toBeUndefined()
})
