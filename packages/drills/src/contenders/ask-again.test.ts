import { expect, it } from 'vitest'
import { createRandom, type Random } from '../chosen.ts'
import { asOf, givesAgain, type Pace, roundingOf } from './ask-again.ts'

/** A counter of one target as Prometheus has it: when each scrape began, when it was to be seen, what it read. */
interface Scraped {
  at: number
  seenAt: number
  value: number
}

const SAMPLES = 40

function scrape(random: Random, { interval, late }: Pace): Scraped[] {
  const phase = random() * interval
  let value = 0
  return Array.from({ length: SAMPLES }, (_, index) => {
    // Quiet for a while, then a burst.
    value += index > SAMPLES / 2 ? Math.floor(random() * 40) : Math.floor(random() * 3)
    return { at: phase + index * interval, seenAt: phase + index * interval + random() * late, value }
  })
}

/** `rate()` of Prometheus for counters that never start again. https://github.com/prometheus/prometheus/blob/main/promql/functions.go (extrapolatedRate) */
function rate(samples: Scraped[], at: number, window: number): number | undefined {
  const inside = samples.filter((each) => each.at > at - window && each.at <= at)
  const [first, last] = [inside[0], inside.at(-1)]
  if (!first || !last || inside.length < 2) return undefined
  const sampled = last.at - first.at
  const mean = sampled / (inside.length - 1)
  const reach = (gap: number) => (gap < mean * 1.1 ? gap : mean / 2)
  const increase = last.value - first.value
  const toZero = increase > 0 ? sampled * (first.value / increase) : Number.POSITIVE_INFINITY
  const start = Math.min(reach(first.at - (at - window)), toZero)
  return (increase * ((sampled + start + reach(at - last.at)) / sampled)) / window
}

const windowOf = (query: string) => Number(/\[(\d+)(ms|s)\]/.exec(query)?.[1]) / (query.includes('ms]') ? 1_000 : 1)
/** What a look at a time shows, to whoever looks at `seenBy`. */
const look = (samples: Scraped[], query: string, at: number, seenBy = Number.POSITIVE_INFINITY) =>
  query.includes('[')
    ? rate(
        samples.filter(({ seenAt }) => seenAt <= seenBy),
        at,
        windowOf(query),
      )
    : samples.findLast((each) => each.at <= at && each.seenAt <= seenBy)?.value

it.each([
  ['rate(x[5s])', { interval: 1, late: 0.05 }],
  ['rate(x[5s])', { interval: 1, late: 0.4 }],
  ['rate(x[15s])', { interval: 5, late: 0.3 }],
  ['x', { interval: 1, late: 0.9 }],
])('%s of a target that was being scraped at the first look gives its value again at %j', async (query, pace) => {
  const random = createRandom(7)
  let missed = 0
  for (let run = 0; run < 300; run += 1) {
    const samples = scrape(random, pace)
    const at = 20 * pace.interval + random() * 10 * pace.interval
    const value = look(samples, query, at, at) ?? null
    if (value !== (look(samples, query, at) ?? null)) missed += 1
    expect(await givesAgain(async (promql, time) => look(samples, promql, time), { query, at, value, rounding: 0 }, pace)).toBe(true)
  }
  // Else nothing was tried.
  expect(missed).toBeGreaterThan(3)
})

it('a value that is a tenth off is refused, at any moment', async () => {
  const pace = { interval: 1, late: 0.05 }
  const random = createRandom(3)
  for (let run = 0; run < 200; run += 1) {
    const samples = scrape(random, pace)
    const at = 22 + random() * 10
    const value = (rate(samples, at, 5) ?? 0) * 1.1
    const again = await givesAgain(
      async (promql, time) => look(samples, promql, time),
      { query: 'rate(x[5s])', at, value, rounding: 0 },
      pace,
    )
    expect(again).toBe(value === 0)
  }
})

it('no data is given again by no data, and by nothing else', async () => {
  const said = { query: 'x', at: 10, rounding: 0 }
  const pace = { interval: 1, late: 0.1 }
  expect(await givesAgain(async () => undefined, { ...said, value: null }, pace)).toBe(true)
  expect(await givesAgain(async () => 3, { ...said, value: null }, pace)).toBe(false)
  expect(await givesAgain(async () => undefined, { ...said, value: 0 }, pace)).toBe(false)
})

it.each([
  ['sum(rate(x[5s])) / sum(rate(y[1m30s]))', 'sum(rate(x[4900ms])) / sum(rate(y[89900ms]))'],
  ['increase(x[30s] offset 90s)', 'increase(x[30s] offset 89900ms)'],
  ['x offset 1m', 'x offset 59900ms'],
  ['count(up)', 'count(up)'],
])('%s, asked a tenth of a second earlier, is %s', (query, expected) => {
  expect(asOf(query, 0.1)).toBe(expected)
})

it.each([
  [12, 0.5],
  [0.61, 0.005],
  [3e-7, 0.5e-7],
])('%f may be rounded by %f', (value, rounding) => {
  expect(roundingOf(value)).toBeCloseTo(rounding, 12)
})
