import type { Profile } from './profiles/profile.ts'
import type { Random } from './random.ts'

/** `poisson`: independent people, who do not come at even distances. `even`: at even distances. */
export const ARRIVALS = ['poisson', 'even'] as const
export type ArrivalKind = (typeof ARRIVALS)[number]

/** The rate counts as constant for so long, in seconds. */
const STEP = 0.01

/** The times, in seconds since the start and before `duration`, at which requests are due; their rate follows the profile. */
export function* arrivals(profile: Profile, duration: number, { kind, random }: { kind: ArrivalKind; random: Random }): Generator<number> {
  // In units of the mean distance. Even arrivals begin with half of it, so that every span has as many as it should.
  const nextWait = kind === 'even' ? () => 1 : () => -Math.log(1 - random())
  let wait = kind === 'even' ? 0.5 : nextWait()
  for (let step = 0; step * STEP < duration; step += 1) {
    let from = step * STEP
    const to = Math.min((step + 1) * STEP, duration)
    const { rate } = profile((from + to) / 2)
    while (rate > 0 && wait < rate * (to - from)) {
      from += wait / rate
      yield from
      wait = nextWait()
    }
    wait -= rate * (to - from)
  }
}
