/** Says whether one more request fits into the last second. */
export interface RequestWindow {
  take(nowMs: number): boolean
}

/** At most `limit` requests within any second. */
export function createRequestWindow(limit: number): RequestWindow {
  let taken: number[] = []
  return {
    take(nowMs) {
      taken = taken.filter((at) => at > nowMs - 1_000)
      if (taken.length >= limit) return false
      taken.push(nowMs)
      return true
    },
  }
}
