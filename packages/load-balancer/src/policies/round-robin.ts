import type { Policy } from './policy.ts'

/** Each in its turn. */
export function createRoundRobin(): Policy {
  let turn = 0
  return {
    pick(candidates) {
      const chosen = candidates[turn % candidates.length] ?? candidates[0]
      turn = (turn + 1) % Number.MAX_SAFE_INTEGER
      return chosen
    },
  }
}
