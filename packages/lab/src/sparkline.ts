const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A course as one line of bars, from the least to the greatest value; a gap where there is none. */
export function sparkline(values: readonly (number | null)[], width = 60): string {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return ''
  const [least, most] = [Math.min(...known), Math.max(...known)]
  return thin(values, width)
    .map((value) => (value === null ? ' ' : BARS[most === least ? 0 : Math.round(((value - least) / (most - least)) * (BARS.length - 1))]))
    .join('')
}

/** The greatest of each stretch: a peak is what is looked for. */
function thin(values: readonly (number | null)[], width: number): (number | null)[] {
  if (values.length <= width) return [...values]
  return Array.from({ length: width }, (_, i) => {
    const stretch = values.slice(Math.floor((i * values.length) / width), Math.floor(((i + 1) * values.length) / width))
    const known = stretch.filter((value) => value !== null)
    return known.length === 0 ? null : Math.max(...known)
  })
}
