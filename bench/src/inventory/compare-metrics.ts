import type { Setting } from '../contender.ts'
import type { Measure, RunOptions } from '../part.ts'
import { short } from '../print-result.ts'
import { cpuSeconds, memoryMb } from '../process-cost.ts'
import { saturate } from '../saturate.ts'
import type { StartedServer } from '../start-server.ts'
import { note, takeTurns } from '../take-turns.ts'
import { ITEM_PATH, withMetrics, withoutMetrics } from './contenders.ts'
import type { Times } from './times.ts'

const CONNECTIONS = 16

/** The same instance with and without metrics in turn, both up all the time: CPU time for each GET of an item, and memory under that load. */
export async function compareMetrics(place: Setting, times: Times, { cores, say }: RunOptions, signal: AbortSignal): Promise<Measure[]> {
  await using parts = new AsyncDisposableStack()
  const both: { name: string; server: StartedServer }[] = []
  for (const { name, start } of [withMetrics, withoutMetrics]) both.push({ name, server: parts.use(await start(place, signal)) })
  const load = (url: string, seconds: number) =>
    saturate({ url: url + ITEM_PATH, connections: CONNECTIONS, seconds, core: cores.others }, signal)
  for (const { server } of both) await load(server.url, times.warmUpSeconds)

  const cpu: Measure = {
    name: 'CPU time per GET of an item at saturation',
    unit: 'µs',
    values: {},
    baseline: withoutMetrics.name,
    pictured: true,
  }
  const rps: Measure = { name: 'throughput', unit: 'requests per second', values: {} }
  const pss: Measure = { name: 'memory after that load, shared pages counted once (Pss)', unit: 'MB', values: {}, pictured: true }
  const rss: Measure = { name: 'memory after that load, resident', unit: 'MB', values: {} }
  await takeTurns(both, times.rounds, async ({ name, server: { url, pid } }, round) => {
    const before = cpuSeconds(pid)
    const { requests, seconds } = await load(url, times.seconds)
    const us = ((cpuSeconds(pid) - before) * 1e6) / requests
    const memory = memoryMb(pid)
    note(cpu.values, name, us)
    note(rps.values, name, requests / seconds)
    note(pss.values, name, memory.pss)
    note(rss.values, name, memory.rss)
    say(`round ${round}: ${name} ${short(us)} µs a request, ${short(requests / seconds)} rps`)
  })
  return [cpu, costOfMetrics(cpu), rps, pss, rss]
}

function costOfMetrics({ values, unit }: Measure): Measure {
  const without = values[withoutMetrics.name] ?? []
  const cost = (values[withMetrics.name] ?? []).map((us, round) => us - (without[round] ?? 0))
  return { name: 'of which the metrics', unit, values: { [withMetrics.name]: cost } }
}
