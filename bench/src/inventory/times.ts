export const FULL = { rounds: 5, warmUpSeconds: 3, seconds: 3 }
export const SMOKE = { rounds: 1, warmUpSeconds: 1, seconds: 1 }

/** How long, and how often, each is measured. */
export type Times = typeof FULL
