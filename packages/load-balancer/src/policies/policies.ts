import { createLeastRequests } from './least-requests.ts'
import type { Policy } from './policy.ts'
import { createRoundRobin } from './round-robin.ts'
import { createTwoChoices } from './two-choices.ts'

/** All policies, by their names in LB_POLICY. */
export const POLICIES = {
  'round-robin': createRoundRobin,
  'least-requests': createLeastRequests,
  'two-choices': () => createTwoChoices(Math.random),
} as const satisfies Record<string, () => Policy>

export type PolicyName = keyof typeof POLICIES
