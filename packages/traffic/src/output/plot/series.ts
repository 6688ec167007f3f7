import { addTally, createTally, type Tally } from '../../engine/tally.ts'
import type { Moment } from '../../run/moment.ts'
import { percentileMs } from '../figures.ts'

/** A point of the plot: the requests that left and that ended within its seconds. Rates per second, times in milliseconds. */
export interface Point {
  /** Its end, in seconds since the start. */
  at: number
  seconds: number
  rps: number
  errorsPerSecond: number
  p50: number | null
  p95: number | null
  p99: number | null
  max: number | null
}

/** Gathers points of at least `binSeconds`. */
export interface Series {
  watch(moment: Moment): void
  points(): Point[]
}

/** Empty. */
export function createSeries(binSeconds: number): Series {
  const points: Point[] = []
  let bin = createTally()
  let seconds = 0
  let at = 0
  const close = () => {
    if (seconds > 0) points.push(pointOf(bin, at, seconds))
    bin = createTally()
    seconds = 0
  }
  return {
    watch(moment) {
      addTally(bin, moment.tally)
      seconds += moment.seconds
      at = moment.elapsed
      if (seconds >= binSeconds * 0.95) close()
    },
    points() {
      // A last moment of a few milliseconds would make a spike of rates that never were.
      if (seconds >= binSeconds / 4 || points.length === 0) close()
      return points
    },
  }
}

function pointOf(tally: Tally, at: number, seconds: number): Point {
  const [p50, p95, p99, max] = [50, 95, 99, 100].map((share) => percentileMs(tally.latency, share))
  return {
    ...{ at, seconds, rps: tally.sent / seconds, errorsPerSecond: tally.errors / seconds },
    ...{ p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null, max: max ?? null },
  }
}
