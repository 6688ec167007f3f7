import type { Profile } from './profiles/profile.ts'
import type { Random } from './random.ts'

/** The rate counts as constant for so long, in seconds. */
const STEP = 0.01

/**
 * The times, in seconds since the start and before `duration`, at which customers come: a Poisson process whose rate follows the profile,
 * because independent people do not come at even distances.
 */
export function* arrivals(profile: Profile, duration: number, random: Random): Generator<number> {
  let wait = exponential(random)
  for (let step = 0; step * STEP < duration; step += 1) {
    let from = step * STEP
    const to = Math.min((step + 1) * STEP, duration)
    const { rate } = profile((from + to) / 2)
    while (rate > 0 && wait < rate * (to - from)) {
      from += wait / rate
      yield from
      wait = exponential(random)
    }
    wait -= rate * (to - from)
  }
}

/** A waiting time with mean 1. */
function exponential(random: Random): number {
  return -Math.log(1 - random())
}
