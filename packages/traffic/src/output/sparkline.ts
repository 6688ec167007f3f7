const BARS = '▁▂▃▄▅▆▇█'

/** The numbers as bars, the largest the highest; all low when all are zero. */
export function sparkline(numbers: readonly number[]): string {
  const top = Math.max(...numbers, Number.MIN_VALUE)
  return numbers.map((number) => BARS[Math.min(BARS.length - 1, Math.floor((number / top) * BARS.length))]).join('')
}
