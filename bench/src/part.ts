/** One comparison that can be run alone. */
export interface Part {
  name: string
  run(options: RunOptions, signal: AbortSignal): Promise<PartResult>
}

/** How a part is run. */
export interface RunOptions {
  /** How often each contender has its turn; the part's own number when left out. */
  rounds?: number | undefined
  /** Only to see that everything works: one short round. */
  smoke: boolean
  cores: Cores
  /** For files of the run; removed afterwards. */
  directory: string
  /** Tells a person what is going on. */
  say(line: string): void
}

/** The CPU of what is measured, and that of everything else; undefined where there is only one, or no way to pin. */
export interface Cores {
  measured: number | undefined
  others: number | undefined
}

/** What a part has found, as it stands in the JSON. */
export interface PartResult {
  part: string
  /** What was done, in a sentence. */
  setting: string
  rounds: number
  measures: Measure[]
  limits: Limit[]
  /** Who did not take part, and why. */
  absent: { name: string; reason: string }[]
}

/** One figure of every contender: a value for each round. */
export interface Measure {
  name: string
  unit: string
  values: Record<string, number[]>
  /** The contender that the others' ratios refer to; none when left out. */
  baseline?: string
  /** Whether the picture shows it. */
  pictured?: boolean
}

/** A figure beside what is asked of it. It is told, never judged: this machine may be busy. */
export interface Limit {
  name: string
  asked: string
  seen: string
}
