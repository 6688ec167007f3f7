import type { Setting } from '../contender.ts'
import type { Measure } from '../part.ts'
import { short } from '../print-result.ts'
import { memoryMb } from '../process-cost.ts'
import { note } from '../take-turns.ts'
import { instance, withoutMetrics } from './contenders.ts'
import type { Times } from './times.ts'

/** Starts instances one after the other: the time from the start of the process to the first item, and the memory after that. */
export async function measureStart(
  place: Setting,
  { rounds }: Times,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Measure[]> {
  const start: Measure = { name: 'start to first 200 with an item', unit: 'ms', values: {}, pictured: true }
  const pss: Measure = { name: 'memory after the start, shared pages counted once (Pss)', unit: 'MB', values: {}, pictured: true }
  const rss: Measure = { name: 'memory after the start, resident', unit: 'MB', values: {} }
  // The first one fills the database and the cache of compiled sources.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, start: begin } of [instance, withoutMetrics]) {
      await using started = await begin(place, signal)
      if (round === 0) continue
      const memory = memoryMb(started.pid)
      note(start.values, name, started.readyAfterMs)
      note(pss.values, name, memory.pss)
      note(rss.values, name, memory.rss)
      say(
        `round ${round}: ${name} ready after ${short(started.readyAfterMs)} ms, ${short(memory.pss)} MB (Pss), ${short(memory.rss)} MB resident`,
      )
    }
  }
  return [start, pss, rss]
}
