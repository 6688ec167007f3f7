import { createHistogram } from 'node:perf_hooks'
import type { Outcome } from './customer.ts'

/** The figures of a span of time. Latencies in milliseconds, from the scheduled arrival; null without any request that ended. */
export interface Figures {
  sent: number
  /** Answers below 500: a 404 for an unknown item is an answer. */
  ok: number
  /** Answers from 500 up, time-outs, failed connections, and arrivals that were dropped. */
  errors: number
  dropped: number
  rps: number
  p50_ms: number | null
  p95_ms: number | null
  p99_ms: number | null
  max_ms: number | null
  /** Of all that ended; null when nothing did. */
  error_percent: number | null
  /** `1xx` … `5xx`, `timeout`, `connection_failed`, `dropped`; kinds that occurred only. */
  by_outcome: Record<string, number>
}

/** Counts a span of time. */
export interface Tally {
  sent(): void
  finished(outcome: Outcome, latencyMs: number): void
  /** `seconds` is how long the span was. */
  figures(seconds: number): Figures
}

const MICROSECONDS_AN_HOUR = 3_600_000_000

/** An empty tally; percentiles are kept to three significant digits. */
export function createTally(): Tally {
  const latencies = createHistogram({ lowest: 1, highest: MICROSECONDS_AN_HOUR, figures: 3 })
  const byOutcome = new Map<string, number>()
  let sent = 0
  let ok = 0
  let errors = 0

  const percentile = (share: number) => (latencies.count ? milliseconds(latencies.percentile(share)) : null)

  return {
    sent() {
      sent += 1
    },
    finished(outcome, latencyMs) {
      const key = outcome.kind === 'answer' ? `${Math.floor(outcome.status / 100)}xx` : outcome.kind
      byOutcome.set(key, (byOutcome.get(key) ?? 0) + 1)
      if (outcome.kind === 'answer' && outcome.status < 500) ok += 1
      else errors += 1
      latencies.record(Math.min(MICROSECONDS_AN_HOUR, Math.max(1, Math.round(latencyMs * 1_000))))
    },
    figures: (seconds) => ({
      sent,
      ok,
      errors,
      dropped: byOutcome.get('dropped') ?? 0,
      rps: seconds > 0 ? Math.round((sent / seconds) * 100) / 100 : 0,
      p50_ms: percentile(50),
      p95_ms: percentile(95),
      p99_ms: percentile(99),
      max_ms: latencies.count ? milliseconds(latencies.max) : null,
      error_percent: ok + errors > 0 ? Math.round((errors / (ok + errors)) * 10_000) / 100 : null,
      by_outcome: Object.fromEntries([...byOutcome].sort()),
    }),
  }
}

function milliseconds(microseconds: number): number {
  return Math.round(microseconds / 10) / 100
}
