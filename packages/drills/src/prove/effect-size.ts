/** By how much a figure differs between two stretches of time. */
export interface Effect {
  /** Mean while it is on, less the mean while it is off. */
  difference: number
  low: number
  high: number
}

/** The normal quantile of a two-sided interval of 95 %; stretches are eight seconds and more. */
const Z = 1.96

/** The difference of two means with its interval (Welch: the variances need not be the same). */
export function effectOf(on: readonly number[], off: readonly number[]): Effect {
  const [a, b] = [momentsOf(on), momentsOf(off)]
  const half = Z * Math.sqrt(a.variance / Math.max(1, on.length) + b.variance / Math.max(1, off.length))
  const difference = a.mean - b.mean
  return { difference, low: difference - half, high: difference + half }
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1)
  return { mean, variance }
}
