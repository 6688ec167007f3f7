import type { Quote } from '../quote.ts'
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
  /** Every one taken at each of the last two samples, or at the last one while requests wait. */
  full: boolean
  /** It got there step by step and has let none go since. */
  climbed: boolean
  /** Requests a second that the instance answers without a failure; undefined where that could not be seen. */
  served: number | undefined
  servedQuote: Quote | undefined
  quote: Quote | undefined
}

/** The pools, fullest first; empty where the service has no such metric. */
export function poolsNow(facts: Facts): PoolUse[] {
  const reading = facts.metric('pool_in_use')
  if (reading.kind !== 'seen') return []
  const served = facts.metric('served_by_instance')
  const of = (name: 'pool_size' | 'pool_waiting' | 'served_by_instance', instance: string | undefined) =>
    presentValues(facts.metric(name)).find(({ labels }) => labels.instance === instance)
  return presentValues(reading)
    .flatMap(({ labels, value, series }) => {
      const size = of('pool_size', labels.instance)?.value
      if (size === undefined || size <= 0) return []
      const through = of('served_by_instance', labels.instance)
      return [
        {
          instance: labels.instance ?? 'an instance',
          inUse: value,
          size,
          waiting: of('pool_waiting', labels.instance)?.value ?? 0,
          full: isFull(series, size, of('pool_waiting', labels.instance)?.value ?? 0),
          climbed: hasClimbed(series, size),
          served: through?.value,
          servedQuote: through && served.kind === 'seen' ? quotePoint(served.call, through.series) : undefined,
          quote: quotePoint(reading.call, series),
        },
      ]
    })
    .sort((a, b) => b.inUse / b.size - a.inUse / a.size)
}

function isFull(series: Series, size: number, waiting: number): boolean {
  const lately = samplesOf(series).slice(-2)
  const isTaken = (sample: { value: number } | undefined) => sample !== undefined && sample.value >= size
  return isTaken(lately.at(-1)) && ((lately.length === 2 && isTaken(lately[0])) || waiting > 0)
}

/** Looks at the way to the first full sample and at what followed. */
function hasClimbed(series: Series, size: number): boolean {
  const values = samplesOf(series).map(({ value }) => value)
  const reached = values.findIndex((value) => value >= size)
  if (reached < 0 || values.slice(reached).some((value) => value < size)) return false
  const lowest = Math.max(
    values.slice(0, reached).findLastIndex((value) => value <= 0.2 * size),
    0,
  )
  const way = values.slice(lowest, reached)
  return way.some((value) => value > 0.2 * size) && way.every((value, index) => index === 0 || value >= (way[index - 1] ?? 0))
}

/** A clause on the pools that are full, e.g. `all 10 connections of a and b are taken and requests wait for one`; undefined when none is. */
export function sayFullPools(facts: Facts): { says: string; quote: Quote | undefined; instances: string[] } | undefined {
  const full = poolsNow(facts).filter((pool) => pool.full)
  const [first] = full
  if (!first) return undefined
  const waiting = full.some((pool) => pool.waiting > 0)
  const instances = full.map(({ instance }) => instance).sort()
  return {
    says: `all ${first.size} connections in the pool of ${list(instances)} are taken${waiting ? ' and requests wait for one' : ''}`,
    quote: first.quote,
    instances,
  }
}
