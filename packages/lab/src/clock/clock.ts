/** How fast the monitoring looks and alerts: as in production, or in a fifth of the time, for drills. */
export type Clock = 'usual' | 'fast'

/** How many times faster the fast clock runs: a scrape each second instead of each five. */
export const FASTER = 5
