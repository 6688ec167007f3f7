import type { Measure, Part, PartResult, RunOptions } from '../part.ts'
import { compareCpu } from './compare-cpu.ts'
import { compareStall } from './compare-stall.ts'
import { GENERATORS } from './generators.ts'
import { generatorLimits } from './limits.ts'
import { measureHighRates } from './measure-high-rates.ts'
import { FULL, SMOKE, type Times } from './times.ts'

/** Our traffic generator beside others: what they say of a server that stalls, the rate they keep, CPU time for each request. */
export const generatorPart: Part = { name: 'generator', run: compareGenerators }

async function compareGenerators(options: RunOptions, signal: AbortSignal): Promise<PartResult> {
  const times: Times = { ...(options.smoke ? SMOKE : FULL), ...(options.rounds && { rounds: options.rounds }) }
  const absent = GENERATORS.flatMap(({ name, whyAbsent }) => ({ name, reason: whyAbsent() ?? [] })).flatMap(({ name, reason }) =>
    typeof reason === 'string' ? [{ name, reason }] : [],
  )
  for (const { name, reason } of absent) options.say(`without ${name}: ${reason}`)
  const present = GENERATORS.filter(({ name }) => !absent.some((one) => one.name === name))
  const measures: Measure[] = [
    ...(await compareStall(present, times, options, signal)),
    ...(await compareCpu(present, times, options, signal)),
    ...(await measureHighRates(times, options, signal)),
  ]
  const setting = `500 rps for ${times.stallRunSeconds} s while the server stalls for a tenth of it, then 2,000 rps, then ours as fast as is asked`
  return { part: 'generator', setting, rounds: times.rounds, measures, limits: generatorLimits(measures), absent }
}
