/** What a process says of itself. */
export interface Gauges {
  startedAt: number
  residentMb: number
  /** The longest that its event loop was held since somebody asked last. */
  heldMs: number
}

/** Reads /metrics. @throws when it does not answer. */
export async function readGauges(url: string): Promise<Gauges> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })
  const text = await answer.text()
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  return {
    startedAt: value('process_start_time_seconds'),
    residentMb: value('process_resident_memory_bytes') / 1_048_576,
    heldMs: value('nodejs_eventloop_lag_max_seconds') * 1_000,
  }
}
