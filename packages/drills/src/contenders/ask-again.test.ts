import { expect, it } from 'vitest'
import { createRandom, type Random } from '../chosen.ts'
import { asOf, givesAgain, type Pace, roundingOf } from './ask-again.ts'
import { squeeze } from './look-up-citations.ts'

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

const windowOf = (query: string) => {
  const [, count = '0', unit] = /\[(\d+)(ms|s)\]/.exec(query) ?? []
  return Number(count) / (unit === 'ms' ? 1_000 : 1)
}

/** `x` of each target, a sum of their rates, or the quotient of the first two; to whoever looks at `seenBy`. */
function look(targets: Scraped[][], query: string, at: number, seenBy = Number.POSITIVE_INFINITY): number | undefined {
  const seen = targets.map((samples) => samples.filter(({ seenAt }) => seenAt <= seenBy))
  if (query.startsWith('min(count'))
    return Math.min(...seen.map((each) => each.filter((one) => one.at > at - windowOf(query) && one.at <= at).length))
  if (!query.includes('[')) return seen[0]?.findLast((each) => each.at <= at)?.value
  const rates = seen.map((each) => rate(each, at, windowOf(query)) ?? 0)
  const [first = 0, second = 0] = rates
  return query.includes('/') ? (second === 0 ? undefined : first / second) : rates.reduce((sum, each) => sum + each, 0)
}

const witnessOf = (targets: Scraped[][]) => {
  const ask = async (query: string, at: number) => look(targets, query, at)
  return { value: ask, number: ask }
}

it.each([
  ['rate(x[5s])', 1, { interval: 1, late: 0.05 }],
  ['rate(x[5s])', 1, { interval: 1, late: 0.4 }],
  ['rate(x[30s])', 1, { interval: 1, late: 0.4 }],
  ['rate(x[15s])', 1, { interval: 5, late: 0.3 }],
  ['sum(rate(x[5s]))', 2, { interval: 1, late: 0.02 }],
  ['rate(x[5s]) / rate(y[5s])', 2, { interval: 1, late: 0.02 }],
  ['x', 1, { interval: 1, late: 0.9 }],
])('%s of %i that were being scraped at the first look gives its value again at %j', async (query, count, pace) => {
  const random = createRandom(7)
  let missed = 0
  for (let run = 0; run < 300; run += 1) {
    const targets = Array.from({ length: count }, () => scrape(random, pace))
    const at = 20 * pace.interval + random() * 10 * pace.interval
    const value = look(targets, query, at, at) ?? null
    if (value !== (look(targets, query, at) ?? null)) missed += 1
    expect(await givesAgain(witnessOf(targets), { query, at, value, rounding: 0 }, pace)).toBe(true)
  }
  // Else nothing was tried.
  expect(missed).toBeGreaterThan(2)
})

it('a value that is a tenth off is refused, at any moment', async () => {
  const pace = { interval: 1, late: 0.05 }
  const random = createRandom(3)
  for (let run = 0; run < 200; run += 1) {
    const samples = scrape(random, pace)
    const at = 22 + random() * 10
    const value = (rate(samples, at, 5) ?? 0) * 1.1
    const again = await givesAgain(witnessOf([samples]), { query: 'rate(x[5s])', at, value, rounding: 0 }, pace)
    expect(again).toBe(value === 0)
  }
})

const says = (value: number | undefined) => ({ value: async () => value, number: async () => value })

it('no data is given again by no data, and by nothing else', async () => {
  const said = { query: 'x', at: 10, rounding: 0 }
  const pace = { interval: 1, late: 0.1 }
  expect(await givesAgain(says(undefined), { ...said, value: null }, pace)).toBe(true)
  expect(await givesAgain(says(3), { ...said, value: null }, pace)).toBe(false)
  expect(await givesAgain(says(undefined), { ...said, value: 0 }, pace)).toBe(false)
})

it.each([
  ['sum(rate(x[5s])) / sum(rate(y[1m30s]))', 'sum(rate(x[4900ms])) / sum(rate(y[89900ms]))'],
  ['increase(x[30s] offset 90s)', 'increase(x[30s] offset 89900ms)'],
  ['x offset 1m', 'x offset 59900ms'],
  ['rate(x{status=~"[234].."}[15s])', 'rate(x{status=~"[234].."}[14900ms])'],
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

it('a quote with a line break in it stands where JSON writes the break as two characters', () => {
  const message = 'Prometheus answered 503: Service Unavailable\n'
  expect(squeeze(JSON.stringify({ message }))).toContain(squeeze(`"message":"${message}"`))
  expect(squeeze('a  b\tc')).toBe('abc')
})
