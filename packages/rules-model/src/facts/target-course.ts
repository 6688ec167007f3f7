import type { Facts } from './facts.ts'
import { type Series, samplesOf } from './series.ts'

/** A list of targets is renewed in so long, with scrapes every five seconds, and at any pace in `LEAST_LEAVES_MS`. */
const LEAVES_MS = 15_000
const LEAST_LEAVES_MS = 5_000

/** Whether it has been silent for longer than the list of targets needs to forget what has just gone. */
export function isGhost(series: Series, { pace, now }: Facts): boolean {
  const samples = samplesOf(series)
  const answered = samples.findLastIndex(({ value }) => value > 0)
  const since = samples[answered]?.at
  return since === undefined || (now ?? since) - since > Math.max(LEAVES_MS * pace, LEAST_LEAVES_MS)
}

/** A target that went down so often within the course is there and not there. */
export const FLAPS = 3
/** How often it went from up to down. */
export const timesDown = (series: Series) =>
  samplesOf(series).filter(({ value }, index, all) => value === 0 && (all[index - 1]?.value ?? 0) > 0).length
