import { nodeCommand } from '../node-command.ts'
import type { Measure, RunOptions } from '../part.ts'
import { short } from '../print-result.ts'
import { runProgram } from '../process.ts'
import { note, takeTurns } from '../take-turns.ts'
import { PROBE_PATH } from './backend-answer.ts'
import { CPU, PACED_P99, PSS, RSS } from './limits.ts'
import { measureSaturation } from './measure-saturation.ts'
import { nginx } from './nginx.ts'

/** A contender that is up. */
export interface Running {
  name: string
  url: string
  pid: number
}

interface Times {
  rounds: number
  warmUpSeconds: number
  seconds: number
  pacedSeconds: number
}

const RATE = 1_000

/** Everyone in turn with all the load that it takes. */
export async function compareSaturation(
  running: readonly Running[],
  times: Times,
  options: RunOptions,
  signal: AbortSignal,
): Promise<Measure[]> {
  const core = options.cores.others
  for (const one of times.warmUpSeconds > 0 ? running : []) await measureSaturation(one, { seconds: times.warmUpSeconds, core }, signal)
  const cpu: Measure = { name: CPU, unit: 'µs', values: {}, baseline: nginx.name, pictured: true }
  const rps: Measure = { name: 'throughput', unit: 'requests per second', values: {}, pictured: true }
  const p99: Measure = { name: 'p99 latency at saturation', unit: 'ms', values: {} }
  const pss: Measure = { name: PSS, unit: 'MB', values: {}, pictured: true }
  const rss: Measure = { name: RSS, unit: 'MB', values: {} }
  await takeTurns(running, times.rounds, async (one, round) => {
    const seen = await measureSaturation(one, { seconds: times.seconds, core }, signal)
    note(rps.values, one.name, seen.rps)
    note(p99.values, one.name, seen.p99_ms)
    if (one.pid) {
      note(cpu.values, one.name, seen.cpu_us)
      note(pss.values, one.name, seen.pss_mb)
      note(rss.values, one.name, seen.rss_mb)
    }
    options.say(`round ${round}: ${one.name} ${one.pid ? `${short(seen.cpu_us)} µs a request, ` : ''}${short(seen.rps)} rps`)
  })
  return [cpu, rps, p99, pss, rss]
}

/** Everyone in turn at a rate far below saturation. */
export async function compareLatency(
  running: readonly Running[],
  times: Times,
  options: RunOptions,
  signal: AbortSignal,
): Promise<Measure[]> {
  const p50: Measure = { name: 'p50 latency at 1,000 requests per second', unit: 'ms', values: {} }
  const p99: Measure = { name: PACED_P99, unit: 'ms', values: {}, pictured: true }
  await takeTurns(running, times.rounds, async ({ name, url }, round) => {
    const args = [url + PROBE_PATH, String(RATE), String(times.pacedSeconds), String(times.warmUpSeconds / 2)]
    const client = nodeCommand('bench/src/balancer/paced-client.ts', { args })
    const printed = await runProgram(client, { core: options.cores.others }, signal)
    const seen = JSON.parse(printed) as { p50_ms: number; p99_ms: number; failed: number } // paced-client.ts prints it.
    if (seen.failed > 0) throw new Error(`${name} failed ${seen.failed} requests at ${RATE} rps`)
    note(p50.values, name, seen.p50_ms)
    note(p99.values, name, seen.p99_ms)
    options.say(`round ${round}: ${name} at ${RATE} rps: p50 ${short(seen.p50_ms)} ms, p99 ${short(seen.p99_ms)} ms`)
  })
  return [p50, p99]
}
