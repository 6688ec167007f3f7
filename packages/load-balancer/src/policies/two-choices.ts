import type { Policy } from './policy.ts'

/**
 * Two different ones at random, and of these the less busy (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001): nearly as
 * even as looking at all, and no herd runs to the same one. `random` gives numbers in [0, 1).
 */
export function createTwoChoices(random: () => number): Policy {
  return {
    pick(candidates) {
      const { length } = candidates
      if (length === 1) return candidates[0]
      const first = Math.floor(random() * length)
      const second = (first + 1 + Math.floor(random() * (length - 1))) % length
      const [one, other] = [candidates[first] ?? candidates[0], candidates[second] ?? candidates[0]]
      return other.inFlight < one.inFlight ? other : one
    },
  }
}
