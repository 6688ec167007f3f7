import type { Figures } from './figures.ts'

/** One line of figures; `label` says of what. */
export function figuresLine(label: string, { sent, ok, errors, rps, p50_ms, p95_ms, p99_ms, error_percent, shed }: Figures): string {
  const percent = error_percent === null ? '-' : `${error_percent.toFixed(1)} %`
  const unsent = shed > 0 ? `  (${shed} of them shed unsent)` : ''
  return `${label.padEnd(9)}  sent ${sent}  ok ${ok}  errors ${errors}  rps ${rps.toFixed(1)}  p50 ${msText(p50_ms)}  p95 ${msText(p95_ms)}  p99 ${msText(p99_ms)}  error ${percent}${unsent}`
}

/** `1.2 ms`, or `-` for nothing. */
export function msText(ms: number | null): string {
  return ms === null ? '-' : `${ms.toFixed(1)} ms`
}
