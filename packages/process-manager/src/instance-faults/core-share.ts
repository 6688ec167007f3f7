import type { FaultBehaviour } from './behaviour.ts'

/** Instances that burn CPU get one core together: each its share, and a new one when there are more or fewer of them. */
export const coreShare: FaultBehaviour = {
  fits: (fault, ports, others) => ({ ...fault, cpu_share: 1 / Math.max(1, new Set([...ports, ...others.map(({ port }) => port)]).size) }),
  rebalance: (active) => active.map(({ fault }) => ({ ...fault, cpu_share: 1 / active.length })),
}
