/** One series of a scrape: its name, its labels and its value. */
interface Series {
  name: string
  labels: Record<string, string>
  value: number
}

/** What all instances and the process manager said at one moment; an instance that does not answer is missing. */
export interface Scrape {
  at: number
  series: Series[]
  /** How many instances answered. */
  instances: number
}

/** Reads the metrics of the process manager and of each instance. */
export async function scrape(processManager: string, instances: string[]): Promise<Scrape> {
  const [own, ...theirs] = await Promise.all([processManager, ...instances].map(readMetrics))
  const answered = theirs.filter((series) => series !== null)
  return { at: performance.now(), series: [...(own ?? []), ...answered.flat()], instances: answered.length }
}

/** The sum of all series of that name with these labels. */
export function sum({ series }: Scrape, name: string, labels: Record<string, string> = {}): number {
  return select(series, name, labels).reduce((total, { value }) => total + value, 0)
}

/** The highest (or lowest) of all series of that name; undefined when there is none. */
export function extreme({ series }: Scrape, name: string, which: 'max' | 'min'): number | undefined {
  const values = select(series, name, {}).map(({ value }) => value)
  return values.length ? Math[which](...values) : undefined
}

function select(series: Series[], name: string, labels: Record<string, string>): Series[] {
  return series.filter((one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value))
}

async function readMetrics(url: string): Promise<Series[] | null> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) })
    const lines = (await answer.text()).split('\n')
    return lines.flatMap((line) => {
      const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      if (!name || value === undefined) return []
      const pairs = [...labels.matchAll(/(?<!\w)(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text])
      return [{ name: `${name}`, labels: Object.fromEntries(pairs), value: Number(value) }]
    })
  } catch {
    return null
  }
}
