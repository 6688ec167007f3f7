import type { Tally } from '../engine/tally.ts'
import type { Mix } from '../journeys/mix.ts'
import type { Options } from '../options.ts'
import { type Figures, figuresOf } from './figures.ts'
import { whyNotKeptUp } from './kept-up.ts'

/** The final report, as `--json` prints it. */
export interface Report extends Figures {
  url: string
  profile: string
  arrivals: string
  /** Gives the same requests at the same times again. */
  seed: number
  /** RFC 3339, UTC. */
  started_at: string
  /** The run's duration, or until it was interrupted. */
  seconds: number
  interrupted: boolean
  /** Requests that ended, shed ones too, by what they were for. */
  by_operation: Record<string, number>
  /** The shares as they were used. */
  mix: Mix
  /** When each phase began. */
  phases: { phase: string; at: string }[]
  max_concurrency: number
  workers: number
  /** CPU time of the whole generator for each request sent; null when none was. */
  cpu_us_per_request: number | null
  /** False when the generator or its machine, not the target, was the limit; `limit` says how. */
  kept_up: boolean
  limit: string | null
}

/** What is known at the end of a run beside its tally. */
export interface RunFacts {
  startedAt: Date
  seconds: number
  /** Until the last request left: later, when the generator was behind. */
  sentSeconds: number
  interrupted: boolean
  phases: Report['phases']
  /** In microseconds. */
  cpuTimeUs: number
}

/** The report of a run. */
export function reportOf(options: Options, tally: Tally, facts: RunFacts): Report {
  const figures = figuresOf(tally, Math.max(facts.seconds, facts.sentSeconds))
  const limit = whyNotKeptUp(figures)
  const byOperation = Object.entries(tally.results).map(([operation, counts]) => [operation, sum(Object.values(counts))])
  const { url, profile, arrivals, seed, mix, maxConcurrency, workers } = options
  return {
    ...{ url, profile, arrivals, seed },
    started_at: facts.startedAt.toISOString(),
    seconds: Math.round(facts.seconds * 100) / 100,
    interrupted: facts.interrupted,
    ...figures,
    by_operation: Object.fromEntries(byOperation),
    mix,
    phases: facts.phases,
    max_concurrency: maxConcurrency,
    workers,
    cpu_us_per_request: figures.sent > 0 ? Math.round((facts.cpuTimeUs / figures.sent) * 10) / 10 : null,
    kept_up: limit === null,
    limit,
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
