import type { QueryPrometheusResult } from '@oncall-lab/on-call-agent/functions'

export type Series = QueryPrometheusResult['series'][number]

/** One sample; time in milliseconds since 1970. */
export interface Sample {
  at: number
  value: number
}

/** The samples that have a value, oldest first. */
export function samplesOf(series: Series): Sample[] {
  return series.points.flatMap(([time, value]) => (value === null ? [] : [{ at: Date.parse(time), value }]))
}

/** The newest time in any of the series, in milliseconds; undefined without points. */
export function newestTime(all: Series[]): number | undefined {
  const times = all.flatMap(({ points }) => points.map(([time]) => Date.parse(time)))
  return times.length === 0 ? undefined : Math.max(...times)
}

/** The series' value at the newest time of its set; undefined when it has ended before or has no value there. */
export function presentValue(series: Series, now: number | undefined): number | undefined {
  const [time, value] = series.points.at(-1) ?? []
  if (time === undefined || value === null || value === undefined) return undefined
  const step = stepOf(series)
  return now !== undefined && now - Date.parse(time) > Math.max(1.5 * step, 4_000) ? undefined : value
}

function stepOf(series: Series): number {
  const times = series.points.map(([time]) => Date.parse(time))
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time))
  return steps.length === 0 ? 0 : median(steps)
}

/** The middle value; NaN of nothing. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** What is usual: the median of the samples before `until`, and one of them, so that it can be cited; idle ones left out. Undefined with fewer than two. */
export function baselineOf(series: Series, until: number): number | undefined {
  const before = samplesOf(series).flatMap(({ at, value }) => (at < until && value > 0 ? [value] : []))
  return before.length < 2 ? undefined : before.toSorted((a, b) => a - b)[Math.floor((before.length - 1) / 2)]
}

/** How a value has moved. `slopePerSecond` is the least-squares slope over the time of growth. */
export interface Course {
  shape: 'flat' | 'rising' | 'plateau' | 'step' | 'falling'
  from: number
  to: number
  peak: number
  slopePerSecond: number
  /** A fall by more than a third within the course: a new process has taken over, or something was let go. */
  dropped: boolean
}

/**
 * Tells the shape of a growing value from its samples since the last sharp fall: `flat` below 15 % of growth; `step` when one move makes up
 * most of the growth; `plateau` when it has grown over several moves and stands still now; otherwise `rising`. Undefined below three samples.
 */
export function courseOf(series: Series): Course | undefined {
  const all = samplesOf(series)
  const fall = all.findLastIndex(({ value }, index) => value < (all[index - 1]?.value ?? 0) * 0.67)
  const samples = fall > 0 ? all.slice(fall) : all
  const values = samples.map(({ value }) => value)
  const [from, to] = [values[0], values.at(-1)]
  if (from === undefined || to === undefined || samples.length < 3) return undefined
  const moves = values.slice(1).map((value, index) => value - (values[index] ?? value))
  const growth = to - from
  const beginning = Math.max(
    samples.findLastIndex(({ value }) => value <= from + 0.1 * growth),
    0,
  )
  const peak = Math.max(...all.map(({ value }) => value))
  const course = { from, to, peak, slopePerSecond: slopeOf(samples.slice(beginning)), dropped: fall > 0 }
  if (growth < -0.15 * from) return { ...course, shape: 'falling' }
  if (growth < 0.15 * from) return { ...course, shape: 'flat' }
  if (Math.max(...moves) > 0.65 * growth) return { ...course, shape: 'step' }
  const lately = moves.slice(-2)
  const standsStill = lately.length === 2 && lately.reduce((sum, move) => sum + move, 0) < 0.03 * growth
  return { ...course, shape: standsStill ? 'plateau' : 'rising' }
}

function slopeOf(samples: Sample[]): number {
  const start = samples[0]?.at ?? 0
  const xs = samples.map(({ at }) => (at - start) / 1000)
  const meanX = xs.reduce((sum, x) => sum + x, 0) / xs.length
  const meanY = samples.reduce((sum, { value }) => sum + value, 0) / samples.length
  const spread = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
  const shared = samples.reduce((sum, { value }, index) => sum + ((xs[index] ?? 0) - meanX) * (value - meanY), 0)
  return spread === 0 ? 0 : shared / spread
}
