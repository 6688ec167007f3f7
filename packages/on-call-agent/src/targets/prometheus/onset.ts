/** What was counted within one stretch of time; `at` is its end, in Unix seconds. */
export interface Bucket {
  at: number
  requests: number
  errors: number
}

/** When requests began to fail more than before: bucket `from` is the first, `to` the first after it (the number of buckets while it goes on). */
export interface Onset {
  from: number
  to: number
  rateBefore: number
  rateWithin: number
}

/** The price of each change point in log likelihood: so much, and so much for each nat of the number of buckets. */
const PRICE = 2
const PER_LOG_BUCKETS = 1.5
/** A stretch stands out from the quietest one by this part of the requests at least, and by its double. */
const LEAST_RISE = 0.01
const FEWEST_ERRORS = 3

/**
 * The latest stretch in which more requests failed than in the quietest one: the counts are cut where their binomial likelihood gains more than a change point costs. An
 * earlier trouble that is over is another one. Undefined when nothing stands out.
 */
export function findOnset(buckets: readonly Bucket[]): Onset | undefined {
  const errors = sums(buckets.map((bucket) => Math.min(bucket.errors, bucket.requests)))
  const requests = sums(buckets.map((bucket) => bucket.requests))
  const stretches = cut(errors, requests).map(([from, to]) => {
    const counts = { errors: part(errors, from, to), requests: part(requests, from, to) }
    return { from, to, ...counts, rate: rateOf(counts) }
  })
  const used = stretches.filter((each) => each.requests > 0)
  const base = Math.min(...used.map(({ rate }) => rate))
  const isHigh = ({ rate, errors: count }: (typeof stretches)[number]) =>
    count >= FEWEST_ERRORS && rate >= base + Math.max(LEAST_RISE, base)
  const end = stretches.findLastIndex(isHigh)
  if (end === -1) return undefined
  const begin = stretches.slice(0, end).findLastIndex((each) => each.requests > 0 && !isHigh(each)) + 1
  const [first, last] = [stretches[begin], stretches[end]]
  if (!first || !last || begin === 0) return undefined
  const inside = { errors: part(errors, first.from, last.to), requests: part(requests, first.from, last.to) }
  return { from: first.from, to: last.to, rateBefore: base, rateWithin: rateOf(inside) }
}

/** Where the counts are best cut into stretches of one rate each: the cheapest partition, by dynamic programming. */
function cut(errors: number[], requests: number[]): [from: number, to: number][] {
  const last = errors.length - 1
  const price = PRICE + PER_LOG_BUCKETS * Math.log(Math.max(last, 2))
  const cost = (from: number, to: number) => -likelihood(part(errors, from, to), part(requests, from, to))
  const best: { cost: number; from: number }[] = [{ cost: -price, from: 0 }]
  for (let to = 1; to <= last; to += 1) {
    let cheapest = { cost: Number.POSITIVE_INFINITY, from: 0 }
    for (let from = 0; from < to; from += 1) {
      const total = (best[from]?.cost ?? 0) + cost(from, to) + price
      if (total < cheapest.cost) cheapest = { cost: total, from }
    }
    best.push(cheapest)
  }
  const stretches: [number, number][] = []
  for (let to = last; to > 0; to = best[to]?.from ?? 0) stretches.unshift([best[to]?.from ?? 0, to])
  return stretches
}

/** `sums[i]` is the sum of the first i values. */
function sums(values: number[]): number[] {
  let sum = 0
  return [
    0,
    ...values.map((value) => {
      sum += value
      return sum
    }),
  ]
}

const part = (all: number[], from: number, to: number) => (all[to] ?? 0) - (all[from] ?? 0)
const rateOf = ({ errors, requests }: Omit<Bucket, 'at'>) => (requests > 0 ? errors / requests : 0)

/** The log likelihood of so many errors among so many requests, at their own rate. */
export function likelihood(errors: number, requests: number, rate = requests > 0 ? errors / requests : 0): number {
  const p = Math.min(Math.max(rate, 1e-4), 1 - 1e-4)
  return requests > 0 ? errors * Math.log(p) + (requests - errors) * Math.log(1 - p) : 0
}
