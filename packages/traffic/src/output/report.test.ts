import { expect, test } from 'vitest'
import { createTally } from '../engine/tally.ts'
import { parseOptions } from '../options.ts'
import { reportOf } from './report.ts'

const facts = { startedAt: new Date(0), seconds: 5, sentSeconds: 4.9, interrupted: false, phases: [], cpuTimeUs: 4_000 }

test('the rate is that of the time until the last request left, however late that was', () => {
  const tally = { ...createTally(), sent: 100, ok: 100 }
  expect(reportOf(parseOptions([], {}), tally, facts)).toMatchObject({ rps: 20, cpu_us_per_request: 40, seconds: 5 })
  expect(reportOf(parseOptions([], {}), tally, { ...facts, sentSeconds: 10 })).toMatchObject({ rps: 10, seconds: 5 })
})
