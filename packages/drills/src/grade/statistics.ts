/** A share with its interval, both 0 to 1; `of` is how many were counted. */
export interface Share {
  of: number
  hits: number
  share: number
  low: number
  high: number
}

/** The normal quantile of a two-sided interval of 95 %. */
const Z = 1.959_964

/** Wilson's score interval (E. B. Wilson, JASA 22, 1927): honest with few runs, and at 0 and 1. */
export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { of, hits, share: 0, low: 0, high: 1 }
  const share = hits / of
  const spread = Z ** 2 / of
  const middle = (share + spread / 2) / (1 + spread)
  const half = (Z * Math.sqrt((share * (1 - share)) / of + spread / of / 4)) / (1 + spread)
  return { of, hits, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** One bin of the reliability picture: what was said, and how often it was right. */
export interface ReliabilityBin {
  from: number
  to: number
  count: number
  said: number
  right: number
}

/** Confidence in tenths against how often it was right; bins without runs are left out. */
export function reliabilityOf(answers: readonly { confidence: number; right: boolean }[], bins = 10): ReliabilityBin[] {
  return Array.from({ length: bins }, (_, index) => {
    const [from, to] = [index / bins, (index + 1) / bins]
    const inside = answers.filter(({ confidence }) => confidence >= from && (confidence < to || (to === 1 && confidence === 1)))
    const mean = (read: (answer: (typeof inside)[number]) => number) =>
      inside.reduce((sum, answer) => sum + read(answer), 0) / Math.max(1, inside.length)
    return { from, to, count: inside.length, said: mean(({ confidence }) => confidence), right: mean(({ right }) => (right ? 1 : 0)) }
  }).filter(({ count }) => count > 0)
}

/** Expected calibration error: how far confidence and truth are apart, weighted by runs. */
export function calibrationErrorOf(bins: readonly ReliabilityBin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0)
  return all === 0 ? 0 : bins.reduce((sum, { count, said, right }) => sum + (count / all) * Math.abs(said - right), 0)
}

/** The middle value; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}
