import type { Limit, Measure } from '../part.ts'
import { spreadText } from '../print-result.ts'
import { spread, spreadOfRatios } from '../statistics.ts'
import { ourTraffic } from './our-traffic.ts'

/** The names of the measures, which the limits look up, and of two rows. */
export const RATE = 'requests that came, 500 per second asked'
export const P50 = 'p50 latency reported'
export const P99 = 'p99 latency reported'
export const MAX = 'largest latency reported'
export const CPU = 'CPU time per request at 2,000 rps'
export const TRUTH = 'the truth'
export const JOURNEYS = 'oncall-lab, journeys'

/** What is asked of our generator beside what was seen. */
export function generatorLimits(measures: readonly Measure[]): Limit[] {
  const values = (name: string, of: string = ourTraffic.name) => measures.find((measure) => measure.name === name)?.values[of] ?? []
  const limits: Limit[] = []
  const add = (name: string, asked: string, seen: readonly number[]) => {
    if (seen.length > 0) limits.push({ name, asked, seen: spreadText(spread(seen)) })
  }
  for (const name of [P99, MAX])
    limits.push({ name: `${name} / ${TRUTH}`, asked: '0.95 to 1.05', seen: spreadText(spreadOfRatios(values(name), values(name, TRUTH))) })
  add('CPU per request at 2,000 rps with bodies, µs', '<= 100', values(CPU, JOURNEYS))
  add('p99 send lag at 8,000 rps, ms', '<= 10', values('p99 send lag at 8,000 rps'))
  add('rate kept of 25,000 asked', '24,750 to 25,250', values('rate kept of 25,000 asked'))
  return limits
}
