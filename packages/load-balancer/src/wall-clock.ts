/**
 * Turns times of the monotonic clock into the wall clock's, without asking the system each time. What it saves shows in `bench balancer` as CPU time per request
 * at saturation.
 */
export class WallClock {
  #origin = performance.timeOrigin

  /** Follows the system's clock when it was set or slewed by more than its own resolution; to be called now and then. */
  adjust(): void {
    const origin = Date.now() - performance.now()
    if (Math.abs(origin - this.#origin) > RESOLUTION_MS) this.#origin = origin
  }

  /** Unix time in ms with 3 decimals of a `performance.now()`. */
  at(time: number): string {
    const unix = this.#origin + time
    const ms = Math.floor(unix)
    const us = Math.floor((unix - ms) * 1_000)
    return `${ms}.${us < 10 ? '00' : us < 100 ? '0' : ''}${us}`
  }
}

const RESOLUTION_MS = 3
