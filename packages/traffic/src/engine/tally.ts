import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/**
 * What happened in a span of time; spans of several threads and of several seconds add up. Times in microseconds, kept to three significant
 * digits, as in HdrHistogram. It can be posted to another thread.
 */
export interface Tally {
  /** Requests that left. */
  sent: number
  /** Arrivals that never left. */
  shed: number
  ok: number
  errors: number
  /** Requests that left late because so many were in flight, and the longest that one waited for that. */
  heldBack: number
  longestHeldBackUs: number
  /** When the last request left, in ms of the machine's monotonic clock; 0 when none did. */
  lastSentMs: number
  /** The most that a sender was busy, 0..1, over a span in which it held requests back or shed some. */
  busyShare: number
  /** How many requests of each operation ended in each way: `{get_item: {'2xx': 5, timeout: 1}}`. */
  results: Record<string, Record<string, number>>
  /** Answers of 400 to 499 that are no errors, by status. */
  expected: Record<string, number>
  /** Why there was no answer: `{ECONNREFUSED: 3}`. */
  failures: Record<string, number>
  /** From when a request was due to its end, shed ones too. */
  latency: RecordableHistogram
  /** The latencies again, as counts between `BUCKETS_S` (one more for the longer ones), and their sum in seconds: for Prometheus. */
  buckets: number[]
  latencySumS: number
  /** From when it left to its end. */
  service: RecordableHistogram
  /** From when it was due to when it left, without those that were held back. */
  lag: RecordableHistogram
}

/** Upper ends of buckets, in seconds. */
export const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const HOUR_US = 3_600_000_000

function histogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: HOUR_US, figures: 3 })
}

/** Nothing has happened yet. */
export function createTally(): Tally {
  const counts = { sent: 0, shed: 0, ok: 0, errors: 0, heldBack: 0, longestHeldBackUs: 0, lastSentMs: 0, busyShare: 0 }
  const buckets = { buckets: new Array<number>(BUCKETS_S.length + 1).fill(0), latencySumS: 0 }
  return { ...counts, ...buckets, results: {}, expected: {}, failures: {}, latency: histogram(), service: histogram(), lag: histogram() }
}

/** Records a time in milliseconds. */
export function recordMs(into: RecordableHistogram, ms: number): void {
  into.record(Math.min(HOUR_US, Math.max(1, Math.round(ms * 1_000))))
}

/** Records the latency of a request that has ended. */
export function recordLatency(tally: Tally, ms: number): void {
  recordMs(tally.latency, ms)
  const bucket = BUCKETS_S.findIndex((end) => ms <= end * 1_000)
  const index = bucket < 0 ? BUCKETS_S.length : bucket
  tally.buckets[index] = (tally.buckets[index] ?? 0) + 1
  tally.latencySumS += ms / 1_000
}

/** Counts one more under a name. */
export function countOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

/** Adds a tally to another one; the order of additions does not matter. */
export function addTally(into: Tally, from: Tally): void {
  for (const key of ['sent', 'shed', 'ok', 'errors', 'heldBack'] as const) into[key] += from[key]
  for (const key of ['longestHeldBackUs', 'lastSentMs', 'busyShare'] as const) into[key] = Math.max(into[key], from[key])
  into.latencySumS += from.latencySumS
  into.buckets = into.buckets.map((count, index) => count + (from.buckets[index] ?? 0))
  addCounts(into.expected, from.expected)
  addCounts(into.failures, from.failures)
  for (const [operation, counts] of Object.entries(from.results)) {
    into.results[operation] ??= {}
    addCounts(into.results[operation], counts)
  }
  for (const key of ['latency', 'service', 'lag'] as const) if (from[key].count > 0) into[key].add(from[key])
}

/** Adds counts name by name. */
export function addCounts(into: Record<string, number>, from: Record<string, number>): void {
  for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count
}
