/** A load generator, run as a program of its own. */
export interface Generator {
  name: string
  /** Why it cannot take part on this machine; undefined when it can. */
  whyAbsent(): string | undefined
  /** Sends GETs to `url` at a rate, or as near to it as it knows how, and says what it reports. */
  run(load: Load, signal: AbortSignal): Promise<GeneratorReport>
}

/** What a generator is asked for. */
export interface Load {
  url: string
  rps: number
  seconds: number
  /** Its CPU. */
  core: number | undefined
  /** Told its process when it runs. */
  onPid?: ((pid: number) => void) | undefined
}

/** What a generator says about latency, in milliseconds. */
export interface GeneratorReport {
  p50_ms: number
  p99_ms: number
  max_ms: number
}
