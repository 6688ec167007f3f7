import type { Figures } from './tally.ts'

/** The final report, as `--json` prints it. */
export interface Report extends Figures {
  url: string
  profile: string
  /** Gives the same arrivals and requests again. */
  seed: number
  /** RFC 3339, UTC. */
  started_at: string
  /** Of the run until its last scheduled arrival, or until it was interrupted. */
  seconds: number
  interrupted: boolean
  by_operation: Record<string, number>
  /** When each phase began. */
  phases: { phase: string; at: string }[]
}

/** One line of figures; `label` says of what. */
export function figuresLine(label: string, { sent, ok, errors, rps, p50_ms, p95_ms, p99_ms, error_percent, dropped }: Figures): string {
  const ms = (value: number | null) => (value === null ? '-' : `${value.toFixed(1)} ms`)
  const percent = error_percent === null ? '-' : `${error_percent.toFixed(1)} %`
  const unsent = dropped > 0 ? `  (${dropped} of them dropped unsent)` : ''
  return `${label.padEnd(9)}  sent ${sent}  ok ${ok}  errors ${errors}  rps ${rps.toFixed(1)}  p50 ${ms(p50_ms)}  p95 ${ms(p95_ms)}  p99 ${ms(p99_ms)}  error ${percent}${unsent}`
}
