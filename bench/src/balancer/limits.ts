import type { Limit, Measure } from '../part.ts'
import { short, spreadText } from '../print-result.ts'
import { quantile, spread, spreadOfRatios } from '../statistics.ts'
import { direct } from './direct.ts'
import { haproxy } from './haproxy.ts'
import { nginx } from './nginx.ts'
import { ourBalancer } from './our-balancer.ts'

/** The names of the measures, which the limits look up. */
export const CPU = 'CPU time per request at saturation'
export const PACED_P99 = 'p99 latency at 1,000 requests per second'
export const PSS = 'memory while loaded, shared pages counted once (Pss)'
export const RSS = 'memory while loaded, resident'

const NO_NODE = [ourBalancer, nginx, haproxy, direct].map(({ name }) => name)

/** What is asked of our balancer beside what was seen. */
export function balancerLimits(measures: readonly Measure[]): Limit[] {
  const values = (name: string) => measures.find((measure) => measure.name === name)?.values ?? {}
  const cpu = values(CPU)
  const ours = cpu[ourBalancer.name] ?? []
  const limits: Limit[] = []
  const [cheapest] = Object.entries(cpu)
    .filter(([name]) => !NO_NODE.includes(name))
    .sort(([, a], [, b]) => quantile(a, 0.5) - quantile(b, 0.5))
  if (cheapest)
    limits.push({
      name: `CPU, ours / ${cheapest[0]} (the cheapest Node peer)`,
      asked: '<= 0.65',
      seen: spreadText(spreadOfRatios(ours, cheapest[1])),
    })
  const nginxCpu = cpu[nginx.name]
  if (nginxCpu) limits.push({ name: 'CPU, ours / nginx', asked: '<= 2.3', seen: spreadText(spreadOfRatios(ours, nginxCpu)) })
  const p99 = values(PACED_P99)
  const base = p99[direct.name] ?? []
  const added = (p99[ourBalancer.name] ?? []).map((value, round) => value - (base[round] ?? 0))
  limits.push({ name: 'p99 added to direct at 1,000 rps', asked: '<= 1 ms', seen: `${spreadText(spread(added))} ms` })
  const memory = Math.max(...(values(RSS)[ourBalancer.name] ?? []))
  limits.push({ name: 'resident memory while loaded', asked: '<= 150 MB', seen: `at most ${short(memory)} MB` })
  return limits
}
