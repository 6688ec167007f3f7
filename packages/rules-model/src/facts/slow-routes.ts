import type { Quote } from '../quote.ts'
import { duration, list } from '../wording.ts'
import { type Facts, presentValues } from './facts.ts'
import { latencyNow, quotePoint } from './load.ts'

/** Which of the routes in use are slow, by the 95th percentile of each method on each route. */
export interface SlowRoutes {
  /** `some` when others in use are at least five times as fast. */
  kind: 'some' | 'all'
  routes: string[]
  /** Only methods that change something are slow, and reads of the same service are not. */
  writesOnly: boolean
  /** At worst, in seconds. */
  seconds: number
  says: string
  quote: Quote | undefined
}

/** Slow in itself: the healthy shop's slowest page needs a tenth of it. */
const SLOW_ROUTE_SECONDS = 0.1
/** As long as all answers together take less than the double of what was usual, one route is slow from this on, and from five times what was usual. */
const SLOW_AMONG_USUAL = { seconds: 0.2, times: 5 }
/** Routes whose answers take a fifth of the slowest are quick beside it. */
const QUICKER = 5

/** Splits the routes; undefined when none is slow or nothing could be seen. */
export function slowRoutes(facts: Facts): SlowRoutes | undefined {
  const reading = facts.metric('p95_by_route')
  if (reading.kind !== 'seen') return undefined
  const used = presentValues(reading)
    .map((each) => ({ ...each, labels: { ...each.labels, ...namedRoute(each.labels) } }))
    .sort((a, b) => b.value - a.value)
  const [worst] = used
  if (!worst || worst.value < SLOW_ROUTE_SECONDS || isAmongUsual(facts, worst.value)) return undefined
  const limit = worst.value / QUICKER
  const slow = used.filter(({ value }) => value >= limit)
  // Only what serves the same resource needs the same database; a health check answers fast whatever happens behind it.
  const resources = new Set(slow.map(({ labels }) => resourceOf(labels.route)))
  const fast = used.filter(({ labels, value }) => value < limit && resources.has(resourceOf(labels.route)))
  const writes = (route: (typeof used)[number]) => route.labels.method !== undefined && !/^(GET|HEAD|OPTIONS)$/.test(route.labels.method)
  const spared = fast.length > 0 ? `, while ${list(fast.slice(0, 3).map(nameOf))} takes up to ${duration(fast[0]?.value ?? 0)}` : ''
  return {
    kind: fast.length > 0 ? 'some' : 'all',
    routes: [...new Set(slow.flatMap(({ labels }) => labels.route ?? []))].sort(),
    writesOnly: slow.every(writes) && fast.some((route) => !writes(route)),
    seconds: worst.value,
    says: `${list(slow.slice(0, 4).map(nameOf))} takes up to ${duration(worst.value)} (p95)${spared}`,
    quote: quotePoint(reading.call, worst.series),
  }
}

/** The answers as a whole are about as quick as before, and the slowest route is not far from that. */
function isAmongUsual(facts: Facts, worst: number): boolean {
  const now = latencyNow(facts)
  if (now?.before === undefined || now.value >= 2 * now.before) return false
  return worst < Math.max(SLOW_AMONG_USUAL.seconds, SLOW_AMONG_USUAL.times * now.before)
}

/** Services name the label of the route as they like. */
export function namedRoute(labels: Record<string, string>): Record<string, string> {
  const named = labels.route ?? labels.handler ?? labels.path ?? labels.endpoint
  return named === undefined ? {} : { route: named }
}

function nameOf({ labels }: { labels: Record<string, string> }): string {
  return [labels.method, labels.route ?? '?'].filter((word) => word !== undefined).join(' ')
}

/** `/items/:id/reservations` is of `items`. */
function resourceOf(route = ''): string {
  return route.split('/')[1] ?? ''
}
