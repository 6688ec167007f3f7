/** A thread that loses its core between two readings would begin late by that; the best of a few is taken. */
const READINGS = 16

/** How far this thread's `performance.now()` is behind the machine's monotonic clock, in ms; each thread counts from its own start. */
const AHEAD = Math.max(...Array.from({ length: READINGS }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()))

/** Milliseconds of the machine's monotonic clock: the same in every thread and process. */
export function monotonicMs(): number {
  return toMonotonic(performance.now())
}

/** This thread's `performance.now()` as a time of the machine's monotonic clock. */
export function toMonotonic(threadTime: number): number {
  return threadTime + AHEAD
}

/** A monotonic time as this thread's `performance.now()` gives it. */
export function toThreadTime(monotonic: number): number {
  return monotonic - AHEAD
}
