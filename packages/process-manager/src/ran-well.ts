/** A time in which all instances were to run one release. */
export interface Reign {
  release: string
  /** Unix time in ms; `to` is undefined while it lasts. */
  from: number
  to?: number
  /** The next deploy went back to a release that had been there before. */
  wasLeft: boolean
}

/** Shorter tells nothing: a leak needs its time to show. */
const LONG_ENOUGH_MS = 10 * 60_000

/** True when the release once served all customers for ten minutes and nobody went back from it since. */
export function decideRanWell(release: string, reigns: readonly Reign[], now: number): boolean {
  const own = reigns.filter((reign) => reign.release === release)
  return !own.some(({ wasLeft }) => wasLeft) && own.some(({ from, to = now }) => to - from >= LONG_ENOUGH_MS)
}
