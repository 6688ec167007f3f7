import type { Random } from '../random.ts'

/**
 * Draws ranks 1..`size` with probability proportional to 1 / rank^`exponent` (above 0), in constant time and memory: rejection-inversion after
 * Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions" (1996).
 */
export function createZipf(size: number, exponent: number): (random: Random) => number {
  const h = (x: number) => Math.exp(-exponent * Math.log(x))
  const hIntegral = (x: number) => expm1Over((1 - exponent) * Math.log(x)) * Math.log(x)
  const hIntegralInverse = (x: number) => Math.exp(log1pOver(Math.max(-1, x * (1 - exponent))) * x)
  const first = hIntegral(1.5) - 1
  const last = hIntegral(size + 0.5)
  const sure = 2 - hIntegralInverse(hIntegral(2.5) - h(2))
  return (random) => {
    for (;;) {
      const u = last + random() * (first - last)
      const x = hIntegralInverse(u)
      const rank = Math.min(size, Math.max(1, Math.round(x)))
      if (rank - x <= sure || u >= hIntegral(rank + 0.5) - h(rank)) return rank
    }
  }
}

/** (e^x - 1) / x, also near 0. */
function expm1Over(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x / 2
}

/** ln(1 + x) / x, also near 0. */
function log1pOver(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x / 2
}
