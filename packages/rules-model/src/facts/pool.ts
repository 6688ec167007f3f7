import type { Finding } from '../hypotheses/hypothesis.ts'
import { list } from '../wording.ts'
import { type Facts, presentValues } from './facts.ts'
import { quotePoint } from './load.ts'
import { type Series, samplesOf } from './series.ts'

/** How one instance's pool of database connections stands. */
interface PoolUse {
  instance: string
  inUse: number
  size: number
  waiting: number
  /** Every one taken at each of the last two samples. */
  full: boolean
  /** How it got there: `climbed` step by step and never let one go, `jumped` within one sample, or `swings`. */
  course: 'climbed' | 'jumped' | 'swings'
  quote: Finding['quote']
}

/** The pools, fullest first; empty where the service has no such metric. */
export function poolsNow(facts: Facts): PoolUse[] {
  const reading = facts.metric('pool_in_use')
  if (reading.kind !== 'seen') return []
  const of = (name: 'pool_size' | 'pool_waiting', instance: string | undefined) =>
    presentValues(facts.metric(name)).find(({ labels }) => labels.instance === instance)?.value
  return presentValues(reading)
    .flatMap(({ labels, value, series }) => {
      const size = of('pool_size', labels.instance)
      if (size === undefined || size <= 0) return []
      const waiting = of('pool_waiting', labels.instance) ?? 0
      const lately = samplesOf(series).slice(-2)
      const full = lately.length === 2 && lately.every((sample) => sample.value >= size)
      const quote = quotePoint(reading.call, series)
      return [{ instance: labels.instance ?? 'an instance', inUse: value, size, waiting, full, course: courseOfUse(series, size), quote }]
    })
    .sort((a, b) => b.inUse / b.size - a.inUse / a.size)
}

/** Looks at the way to the first full sample and at what followed. */
function courseOfUse(series: Series, size: number): PoolUse['course'] {
  const values = samplesOf(series).map(({ value }) => value)
  const reached = values.findIndex((value) => value >= size)
  if (reached < 0) return 'swings'
  const after = values.slice(reached)
  if (after.some((value) => value < size)) return 'swings'
  const lowest = Math.max(
    values.slice(0, reached).findLastIndex((value) => value <= 0.2 * size),
    0,
  )
  const way = values.slice(lowest, reached)
  const climbs = way.every((value, index) => index === 0 || value >= (way[index - 1] ?? 0))
  const between = way.filter((value) => value > 0.2 * size)
  return climbs && between.length > 0 ? 'climbed' : 'jumped'
}

/** A clause on the pools that are full, e.g. `all 10 connections of a and b are taken and 7 requests wait`; undefined when none is. */
export function sayFullPools(facts: Facts): { says: string; quote: Finding['quote']; instances: string[] } | undefined {
  const full = poolsNow(facts).filter((pool) => pool.full)
  const [first] = full
  if (!first) return undefined
  const waiting = full.reduce((sum, pool) => sum + pool.waiting, 0)
  const instances = full.map(({ instance }) => instance).sort()
  return {
    says: `all ${first.size} connections in the pool of ${list(instances)} are taken${waiting > 0 ? ` and ${waiting} requests wait for one` : ''}`,
    quote: first.quote,
    instances,
  }
}
