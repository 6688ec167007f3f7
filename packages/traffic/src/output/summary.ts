import { figuresLine, msText } from './figures-line.ts'
import type { Report } from './report.ts'

/** The final report for people, line by line; the last one is the total. */
export function summaryLines(report: Report): string[] {
  const { lag_p50_ms, lag_p99_ms, lag_max_ms, service_p50_ms, service_p99_ms, service_max_ms } = report
  const lines = [
    `latency    from when each was due: p99.9 ${msText(report.p999_ms)}  max ${msText(report.max_ms)}; from when it left: p50 ${msText(service_p50_ms)}  p99 ${msText(service_p99_ms)}  max ${msText(service_max_ms)}`,
    `schedule   ${report.arrivals}, seed ${report.seed}; requests left late by p50 ${msText(lag_p50_ms)}  p99 ${msText(lag_p99_ms)}  max ${msText(lag_max_ms)}; ${report.cpu_us_per_request ?? '-'} µs of CPU each`,
    `ends       ${counts(report.by_outcome)}`,
    `errors     answers from 400 up, time-outs, lost answers and shed requests; not counted as errors: ${expectedText(report.expected)}`,
  ]
  if (Object.keys(report.failures).length > 0) lines.push(`no answer  ${counts(report.failures)}`)
  if (report.held_back > 0 || report.shed > 0)
    lines.push(
      `in flight  at most ${report.max_concurrency}: ${report.held_back} requests left late for that (up to ${msText(report.held_back_max_ms)}), ${report.shed} were shed unsent`,
    )
  if (report.limit) lines.push(`WARNING    ${report.limit}`)
  return [...lines, figuresLine('total', report)]
}

function counts(of: Record<string, number>): string {
  const entries = Object.entries(of)
  return entries.length > 0 ? entries.map(([name, count]) => `${name} ${count}`).join('  ') : '-'
}

function expectedText(expected: Record<string, number>): string {
  return `404 for unknown items (${expected['404'] ?? 0}), 409 for sold-out reservations (${expected['409'] ?? 0})`
}
