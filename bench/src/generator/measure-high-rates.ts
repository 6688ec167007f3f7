import { startBackends } from '../balancer/start-backends.ts'
import type { Measure, RunOptions } from '../part.ts'
import { short } from '../print-result.ts'
import { note, takeTurns } from '../take-turns.ts'
import { LIKE_THE_OTHERS, ourTraffic, runTraffic } from './our-traffic.ts'
import type { Times } from './times.ts'

/** Ours alone, at rates that are hard to keep, against a server that costs little. It may use every CPU, as it does for a person. */
export async function measureHighRates(times: Times, options: RunOptions, signal: AbortSignal): Promise<Measure[]> {
  const { cores, directory, say } = options
  await using server = await startBackends({ core: cores.others, directory }, signal)
  const measures: Measure[] = []
  for (const rps of times.highRates) {
    const kept: Measure = {
      name: `rate kept of ${rps.toLocaleString('en')} asked`,
      unit: 'requests per second',
      values: {},
    }
    const lag: Measure = { name: `p99 send lag at ${rps.toLocaleString('en')} rps`, unit: 'ms', values: {} }
    await takeTurns([ourTraffic.name], times.rounds, async (name, round) => {
      const load = { url: server.urls[0] ?? '', rps, seconds: times.highRateSeconds, core: undefined }
      const { sent, errors, seconds, lag_p99_ms: late } = await runTraffic(load, LIKE_THE_OTHERS, signal)
      note(kept.values, name, (sent - errors) / seconds)
      note(lag.values, name, late)
      say(`round ${round}: ${short((sent - errors) / seconds)} of ${rps} rps, ${errors} errors, p99 send lag ${short(late)} ms`)
    })
    measures.push(kept, lag)
  }
  return measures
}
