import type { Measure, RunOptions } from '../part.ts'
import { short } from '../print-result.ts'
import { note, takeTurns } from '../take-turns.ts'
import type { Generator } from './generator.ts'
import { MAX, P50, P99, RATE, TRUTH } from './limits.ts'
import type { Times } from './times.ts'
import { trueLatencies } from './true-latencies.ts'
import { startWatchedServer } from './watch-server.ts'

const RPS = 500
const STALL_SHARE = 0.1

/** Everyone in turn at a server that stands still in the middle: what they report, beside what customers at that rate had waited. */
export async function compareStall(
  generators: readonly Generator[],
  times: Times,
  options: RunOptions,
  signal: AbortSignal,
): Promise<Measure[]> {
  const { measured, others } = options.cores
  const seconds = times.stallRunSeconds
  const rate: Measure = { name: RATE, unit: 'requests per second', values: {}, pictured: true }
  const p50: Measure = { name: P50, unit: 'ms', values: {}, baseline: TRUTH, pictured: true }
  const p99: Measure = { name: P99, unit: 'ms', values: {}, baseline: TRUTH, pictured: true }
  const max: Measure = { name: MAX, unit: 'ms', values: {}, baseline: TRUTH, pictured: true }
  await takeTurns(generators, times.rounds, async ({ name, run }, round) => {
    const stallMs = seconds * STALL_SHARE * 1_000
    await using server = await startWatchedServer({ core: others, stallAfterMs: seconds * 500, stallMs }, signal)
    const reported = await run({ url: server.url, rps: RPS, seconds, core: measured }, signal)
    const watched = await server.watched()
    const truth = trueLatencies(watched, { rps: RPS, seconds })
    note(rate.values, name, watched.requests / seconds)
    for (const [measure, key] of [
      [p50, 'p50_ms'],
      [p99, 'p99_ms'],
      [max, 'max_ms'],
    ] as const) {
      note(measure.values, name, reported[key])
      // One truth a round, ours: every run has its own server, whose stall differs by fractions of a millisecond.
      if (name === generators[0]?.name) note(measure.values, TRUTH, truth[key])
    }
    const line = (of: typeof truth) => `p50 ${short(of.p50_ms)}, p99 ${short(of.p99_ms)}, max ${short(of.max_ms)} ms`
    options.say(`round ${round}: ${name} reports ${line(reported)}; the truth: ${line(truth)}`)
  })
  return [rate, p50, p99, max]
}
