import { Type } from 'typebox'

/** A figure of the shop by which a drill is judged, as the fast clock sees it. */
interface Sli {
  says: string
  unit: string
  /** A PromQL expression of one number. */
  query: string
  /** The least change that counts: below it, noise. */
  grain: number
  /** What no data means. */
  absent: number
  /** How far it looks back, where that is more than the few seconds of the others: it cannot be as it was before that. */
  remembersSeconds?: number
}

const LB = 'load_balancer_requests_total'
const W = '[5s]'

/** All figures that a drill may name. */
export const SLIS = {
  errors: {
    says: "share of the customers' requests that fail",
    unit: '',
    query: `(sum(rate(${LB}{status=~"5.."}${W})) or vector(0)) / sum(rate(${LB}${W}))`,
    grain: 0.02,
    absent: 0,
  },
  latency: {
    says: 'p95 of the requests to inventory',
    unit: 's',
    query: `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="inventory"}${W})))`,
    grain: 0.08,
    absent: 0,
  },
  slowest: {
    says: 'mean time of a request of the slowest instance',
    unit: 's',
    query: `max(sum by (instance) (rate(http_request_duration_seconds_sum{job="inventory"}${W})) / sum by (instance) (rate(http_request_duration_seconds_count{job="inventory"}${W})))`,
    grain: 0.03,
    absent: 0,
  },
  served: {
    says: 'requests a second that are answered without a 5xx',
    unit: '/s',
    query: `sum(rate(${LB}{status!~"5.."}${W}))`,
    grain: 6,
    absent: 0,
  },
  offered: { says: 'requests a second that reach the load balancer', unit: '/s', query: `sum(rate(${LB}${W}))`, grain: 8, absent: 0 },
  instance_errors: {
    says: "share of one instance's answers that fail, of the worst",
    unit: '',
    query: `max(sum by (instance) (rate(http_errors_total{job="inventory"}${W})) / sum by (instance) (rate(http_requests_total{job="inventory"}${W})))`,
    grain: 0.05,
    absent: 0,
  },
  instances: { says: 'instances that answer', unit: '', query: 'count(up{job="inventory"} == 1)', grain: 0.5, absent: 0 },
  memory: {
    says: 'memory of the largest instance',
    unit: 'MB',
    query: 'max(process_resident_memory_bytes{job="inventory"}) / 1e6',
    grain: 25,
    absent: 0,
  },
  restarts: {
    says: 'restarts of instances that nobody asked for, in half a minute',
    unit: '',
    query: 'sum(increase(process_manager_instance_restarts_total[30s]))',
    grain: 0.9,
    absent: 0,
    remembersSeconds: 30,
  },
  repeats: {
    says: 'requests a second that go to a second backend',
    unit: '/s',
    query: `sum(rate(load_balancer_retries_total${W}))`,
    grain: 0.3,
    absent: 0,
  },
  beyond_orders: {
    says: 'reservations beyond those that customers were told of, as a share of these',
    unit: '',
    query: `sum(rate(shop_reservations_total${W})) / sum(rate(load_balancer_answers_total{method="POST",class="2xx"}${W})) - 1`,
    grain: 0.04,
    absent: 0,
  },
  unseen: {
    says: 'running instances that nobody scrapes',
    unit: '',
    query: 'sum(process_manager_instances{state="running"}) - (count(up{job="inventory"} == 1) or vector(0))',
    grain: 0.5,
    absent: 0,
  },
} as const satisfies Record<string, Sli>

export type SliId = keyof typeof SLIS
export const SliId = Type.Enum(Object.keys(SLIS) as SliId[]) // The keys of a literal.

/** How long a figure can be away after what it shows is over. */
export function remembersMs(id: SliId): number {
  const { remembersSeconds = 0 }: Sli = SLIS[id]
  return remembersSeconds * 1_000
}

/** Median and MAD of a figure before anything was done to it. */
export interface Baseline {
  median: number
  mad: number
}

/** How many MADs a figure has to move to count as moved. */
const MADS = 6

/** The median and the median absolute deviation. */
export function baselineOf(values: readonly number[]): Baseline {
  const middle = median(values)
  return { median: middle, mad: median(values.map((value) => Math.abs(value - middle))) }
}

/** True when a value is outside what was usual: further from the median than k·MAD, and than the grain of the figure. */
export function hasMoved(id: SliId, value: number, { median: middle, mad }: Baseline): boolean {
  return Math.abs(value - middle) > Math.max(MADS * mad, SLIS[id].grain)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
}
