import { expect, it } from 'vitest'
import { trueLatencies } from './true-latencies.ts'

const book = { requests: 5_000, first_at_ms: 100, last_at_ms: 10_100 }

it('lets everyone who comes in a stall wait until its end', () => {
  const seen = trueLatencies({ ...book, stall: { begun_at_ms: 5_100, ended_at_ms: 6_100 } }, { rps: 500, seconds: 10 })
  expect(seen.p50_ms).toBe(0)
  expect(seen.p99_ms).toBeCloseTo(900, -1)
  expect(seen.max_ms).toBeCloseTo(1_000, 6)
})

it('has nobody wait at a server that did not stall', () =>
  expect(trueLatencies({ ...book, stall: null }, { rps: 500, seconds: 10 })).toEqual({ p50_ms: 0, p99_ms: 0, max_ms: 0 }))
