import { setTimeout as delay } from 'node:timers/promises'
import type { Measure, RunOptions } from '../part.ts'
import { short } from '../print-result.ts'
import { cpuSeconds } from '../process-cost.ts'
import { note, takeTurns } from '../take-turns.ts'
import type { Generator } from './generator.ts'
import { CPU, JOURNEYS } from './limits.ts'
import { runTraffic } from './our-traffic.ts'
import type { Times } from './times.ts'
import { startWatchedServer, type WatchedServer } from './watch-server.ts'

const RPS = 2_000
const STARTS_WITHIN_MS = 20_000

/** Everyone in turn at a moderate rate: CPU time for each request in the middle of the run, when start-up is over. */
export async function compareCpu(
  generators: readonly Generator[],
  times: Times,
  options: RunOptions,
  signal: AbortSignal,
): Promise<Measure[]> {
  await using server = await startWatchedServer({ core: options.cores.others }, signal)
  const cpu: Measure = { name: CPU, unit: 'µs', values: {}, pictured: true }
  const withJourneys: Generator = { name: JOURNEYS, whyAbsent: () => undefined, run: (load, abort) => runTraffic(load, [], abort) }
  await takeTurns([withJourneys, ...generators], times.rounds, async (generator, round) => {
    const us = await cpuPerRequest(generator, server, { seconds: times.cpuRunSeconds, core: options.cores.measured }, signal)
    note(cpu.values, generator.name, us)
    options.say(`round ${round}: ${generator.name} at ${RPS} rps: ${short(us)} µs a request`)
  })
  return [cpu]
}

async function cpuPerRequest(
  { run }: Generator,
  server: WatchedServer,
  { seconds, core }: { seconds: number; core: number | undefined },
  signal: AbortSignal,
): Promise<number> {
  let pid = 0
  const done = run({ url: server.url, rps: RPS, seconds, core, onPid: (is) => (pid = is) }, signal)
  const look = async () => ({ cpu: cpuSeconds(pid), requests: (await server.watched()).requests })
  const { requests: before } = await server.watched()
  const sampled = async () => {
    // The window begins with the first requests, however long the start takes.
    const giveUpAt = performance.now() + STARTS_WITHIN_MS
    while ((await server.watched()).requests === before && performance.now() < giveUpAt) await delay(20, undefined, { signal })
    await delay(seconds * 300, undefined, { signal })
    const from = await look()
    await delay(seconds * 400, undefined, { signal })
    const to = await look()
    return ((to.cpu - from.cpu) * 1e6) / (to.requests - from.requests)
  }
  const [us] = await Promise.all([sampled(), done])
  return us
}
