/** A figure over several rounds: its median, and how far single rounds lay from it. */
export interface Spread {
  median: number
  min: number
  max: number
}

/** @throws RangeError without values */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('there is no spread of nothing')
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}

/**
 * The ratio of two figures that were taken side by side: one ratio for each round, then their spread, so that what slowed a whole round down
 * (a busy machine, a lower clock) cancels. Rounds that one of the two lacks are left out.
 */
export function spreadOfRatios(values: readonly number[], by: readonly number[]): Spread {
  const ratios = values.flatMap((value, round) => (by[round] ? [value / by[round]] : []))
  return spread(ratios)
}

/** The value below which `share` (0 to 1) of the values lie, between two of them by linear interpolation. NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}
