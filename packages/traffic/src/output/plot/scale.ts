/** Maps values to pixels and names some of them. */
export interface Scale {
  (value: number): number
  ticks: readonly number[]
}

const STEPS = [1, 2, 2.5, 5, 10]

/** From 0 to at least `most`, with about `count` round ticks. `pixels` are where 0 and the end lie. */
export function linearScale(most: number, pixels: readonly [number, number], count = 4): Scale {
  const raw = Math.max(most, 1e-9) / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = (STEPS.find((each) => each * power >= raw) ?? 10) * power
  const end = Math.max(step, Math.ceil(most / step - 1e-9) * step)
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => Number((index * step).toPrecision(12)))
  return Object.assign((value: number) => pixels[0] + (value / end) * (pixels[1] - pixels[0]), { ticks })
}

/** Whole powers of ten around `least` to `most` (both above 0). */
export function logScale([least, most]: readonly [number, number], pixels: readonly [number, number]): Scale {
  const from = Math.floor(Math.log10(least))
  const to = Math.max(from + 1, Math.ceil(Math.log10(most) - 1e-9))
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index))
  const place = (value: number) => pixels[0] + ((Math.log10(Math.max(value, 10 ** from)) - from) / (to - from)) * (pixels[1] - pixels[0])
  return Object.assign(place, { ticks })
}
