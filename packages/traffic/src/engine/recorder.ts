import { judgeAnswer } from '../journeys/judge-answer.ts'
import type { Operation } from '../journeys/operation.ts'
import { toMonotonic } from './clock.ts'
import { countOne, createTally, recordLatency, recordMs, type Tally } from './tally.ts'

/** How a request ended: an answer, none in time, none at all and why, or it never left. */
type Outcome = { status: number } | { failure: string } | 'timeout' | 'shed'

/** When a request was due and when it left, in ms of `performance.now()`. */
interface Times {
  operation: Operation
  dueAt: number
  sentAt: number
}

/** Fills tallies. */
export interface Recorder {
  sent(times: Times, wasHeldBack: boolean): void
  ended(times: Times, outcome: Outcome, now: number): void
  /** What happened since the last call. */
  take(): Tally
}

/** Starts with nothing. */
export function createRecorder(): Recorder {
  let tally = createTally()
  let lastTake = performance.eventLoopUtilization()
  return {
    sent({ dueAt, sentAt }, wasHeldBack) {
      tally.sent += 1
      tally.lastSentMs = toMonotonic(sentAt)
      if (!wasHeldBack) return recordMs(tally.lag, sentAt - dueAt)
      tally.heldBack += 1
      tally.longestHeldBackUs = Math.max(tally.longestHeldBackUs, Math.round((sentAt - dueAt) * 1_000))
    },
    ended({ operation, dueAt, sentAt }, outcome, now) {
      tally.results[operation] ??= {}
      countOne(tally.results[operation], nameOf(outcome))
      recordLatency(tally, now - dueAt)
      if (outcome === 'shed') tally.shed += 1
      else recordMs(tally.service, now - sentAt)
      if (typeof outcome === 'object' && 'failure' in outcome) countOne(tally.failures, outcome.failure)
      const verdict = typeof outcome === 'object' && 'status' in outcome ? judgeAnswer(operation, outcome.status) : 'error'
      if (verdict === 'error') tally.errors += 1
      else tally.ok += 1
      if (verdict === 'expected' && typeof outcome === 'object' && 'status' in outcome) countOne(tally.expected, String(outcome.status))
    },
    take() {
      const taken = tally
      const atTake = performance.eventLoopUtilization()
      if (taken.heldBack + taken.shed > 0) taken.busyShare = performance.eventLoopUtilization(atTake, lastTake).utilization
      lastTake = atTake
      tally = createTally()
      return taken
    },
  }
}

const CLASSES = ['', '1xx', '2xx', '3xx', '4xx', '5xx']

function nameOf(outcome: Outcome): string {
  if (typeof outcome === 'string') return outcome
  return 'status' in outcome ? (CLASSES[Math.floor(outcome.status / 100)] ?? '') : 'connection_failed'
}
