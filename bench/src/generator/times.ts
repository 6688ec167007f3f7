export const FULL = { rounds: 3, stallRunSeconds: 10, cpuRunSeconds: 6, highRateSeconds: 5, highRates: [8_000, 25_000] }
export const SMOKE = { rounds: 1, stallRunSeconds: 2, cpuRunSeconds: 2, highRateSeconds: 1, highRates: [2_000] }

/** How long, and how often, each is measured. */
export type Times = typeof FULL
