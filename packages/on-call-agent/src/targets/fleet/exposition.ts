/** Samples by the name of their metric. */
export type Exposition = Map<string, { labels: Record<string, string>; value: number }[]>

const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{([^}]*)\})? (\S+)/

/** Reads Prometheus' text form; lines of another shape are left out. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function readExposition(text: string): Exposition {
  const found: Exposition = new Map()
  for (const line of text.split('\n')) {
    const [, name, labels = '', number] = SAMPLE.exec(line.slice(0, 2_000)) ?? []
    const value = Number(number)
    if (name === undefined || !Number.isFinite(value)) continue
    const pairs = [...labels.matchAll(/(?<!\w)([A-Za-z_]\w*)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text])
    const samples = found.get(name) ?? []
    samples.push({ labels: Object.fromEntries(pairs), value })
    found.set(name, samples)
  }
  return found
}
