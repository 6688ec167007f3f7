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

/** A change point must gain more than this in log likelihood, beyond its price. */
const LEAST_GAIN = 3
/** The price of each change point: so much for each nat of the number of buckets. */
const PER_LOG_BUCKETS = 1.5
const FEWEST_ERRORS = 3

/** The stretch in which the error rate stood out most, by binomial likelihood of the counts; undefined when none is likelier than chance. */
export function findOnset(buckets: readonly Bucket[]): Onset | undefined {
  const errors = sums(buckets.map((bucket) => Math.min(bucket.errors, bucket.requests)))
  const requests = sums(buckets.map((bucket) => bucket.requests))
  const last = buckets.length
  const all = likelihood(errors[last] ?? 0, requests[last] ?? 0)
  const price = PER_LOG_BUCKETS * Math.log(Math.max(last, 2))
  let best: (Onset & { gain: number }) | undefined
  for (let from = 0; from < last; from += 1)
    for (let to = from + 1; to <= last; to += 1) {
      const inside = { errors: part(errors, from, to), requests: part(requests, from, to) }
      const outside = { errors: (errors[last] ?? 0) - inside.errors, requests: (requests[last] ?? 0) - inside.requests }
      if (inside.errors < FEWEST_ERRORS || rateOf(inside) <= rateOf(outside)) continue
      const changePoints = Number(from > 0) + Number(to < last)
      const gain =
        likelihood(inside.errors, inside.requests) + likelihood(outside.errors, outside.requests) - all - price * Math.max(changePoints, 1)
      if (gain >= LEAST_GAIN && gain > (best?.gain ?? 0)) best = { from, to, rateBefore: rateOf(outside), rateWithin: rateOf(inside), gain }
    }
  if (!best) return undefined
  const { gain: _, ...onset } = best
  return onset
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
