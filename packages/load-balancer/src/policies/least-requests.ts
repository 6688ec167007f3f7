import type { Policy } from './policy.ts'

/** The one that works on the fewest requests; among equals each in its turn, for a fixed order would load the first. */
export function createLeastRequests(): Policy {
  let turn = 0
  return {
    pick(candidates) {
      const { length } = candidates
      turn = (turn + 1) % length
      let best = candidates[turn] ?? candidates[0]
      for (let step = 1; step < length; step += 1) {
        const each = candidates[(turn + step) % length]
        if (each && each.inFlight < best.inFlight) best = each
      }
      return best
    },
  }
}
