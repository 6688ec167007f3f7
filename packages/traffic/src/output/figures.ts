import type { RecordableHistogram } from 'node:perf_hooks'
import { addCounts, type Tally } from '../engine/tally.ts'

/** The figures of a span of time. Times in milliseconds; null when nothing was measured. */
export interface Figures {
  /** Requests that left. */
  sent: number
  /** Answers below 400, 404 for an item and 409 for a reservation. */
  ok: number
  /** All other ends: answers from 400 up, time-outs, no whole answer, and shed arrivals. */
  errors: number
  /** Arrivals that never left, because --max-concurrency were in flight or the generator was too busy for --timeout. */
  shed: number
  /** The same as `shed`. */
  dropped: number
  /** Sent per second, until the last one left. */
  rps: number
  /** Latency, from when requests were due to their end; shed ones too. */
  p50_ms: number | null
  p95_ms: number | null
  p99_ms: number | null
  p999_ms: number | null
  max_ms: number | null
  /** From when requests left to their end. */
  service_p50_ms: number | null
  service_p99_ms: number | null
  service_max_ms: number | null
  /** How late requests left after they were due, without those that --max-concurrency held back: the generator's own lateness. */
  lag_p50_ms: number | null
  lag_p99_ms: number | null
  lag_max_ms: number | null
  /** Requests that left late because --max-concurrency were in flight, and the longest wait. */
  held_back: number
  held_back_max_ms: number
  /** The most that a thread of the generator was busy, 0..1, in a second in which it held requests back; 0 when it never did. */
  held_back_busy_share: number
  /** Of all that ended; null when nothing did. */
  error_percent: number | null
  /** `1xx` … `5xx`, `timeout`, `connection_failed`, `shed`; kinds that occurred only. */
  by_outcome: Record<string, number>
  /** How many 404 and 409 were no errors. */
  expected: Record<string, number>
  /** Why there was no answer, e.g. `ECONNREFUSED`, `closed` (before the answer was whole), `bad_answer` (no HTTP). */
  failures: Record<string, number>
}

/** What a tally says; `seconds` is how long its span was. */
export function figuresOf(tally: Tally, seconds: number): Figures {
  const { sent, ok, errors, shed, latency, service, lag } = tally
  const byOutcome: Record<string, number> = {}
  for (const counts of Object.values(tally.results)) addCounts(byOutcome, counts)
  return {
    ...{ sent, ok, errors, shed, dropped: shed },
    rps: seconds > 0 ? Math.round((sent / seconds) * 100) / 100 : 0,
    p50_ms: percentileMs(latency, 50),
    p95_ms: percentileMs(latency, 95),
    p99_ms: percentileMs(latency, 99),
    p999_ms: percentileMs(latency, 99.9),
    max_ms: percentileMs(latency, 100),
    service_p50_ms: percentileMs(service, 50),
    service_p99_ms: percentileMs(service, 99),
    service_max_ms: percentileMs(service, 100),
    lag_p50_ms: percentileMs(lag, 50),
    lag_p99_ms: percentileMs(lag, 99),
    lag_max_ms: percentileMs(lag, 100),
    held_back: tally.heldBack,
    held_back_max_ms: roundMs(tally.longestHeldBackUs),
    held_back_busy_share: Math.round(tally.busyShare * 1_000) / 1_000,
    error_percent: ok + errors > 0 ? Math.round((errors / (ok + errors)) * 10_000) / 100 : null,
    by_outcome: Object.fromEntries(Object.entries(byOutcome).sort()),
    expected: tally.expected,
    failures: tally.failures,
  }
}

/** A percentile (0..100; 100 is the largest) in milliseconds, null of nothing. */
export function percentileMs(histogram: RecordableHistogram, share: number): number | null {
  if (histogram.count === 0) return null
  return roundMs(share === 100 ? histogram.max : histogram.percentile(share))
}

/** Microseconds to milliseconds with what three significant digits leave. */
function roundMs(microseconds: number): number {
  return microseconds < 100_000 ? microseconds / 1_000 : Math.round(microseconds / 10) / 100
}
