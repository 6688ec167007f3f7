import type { CauseId } from '@oncall-lab/on-call-agent/api'
import type { RuleOfThumb } from './rule-of-thumb.ts'

const BEFORE_SECONDS = 15
const WINDOW = '[5s]'

/** Figures, and what each is taken for when it stands out. */
const FIGURES: { query: string; cause: CauseId; component: string; least: number }[] = [
  { query: `sum(rate(process_cpu_seconds_total{job="inventory"}${WINDOW}))`, cause: 'cpu_saturation', component: 'inventory', least: 0.05 },
  { query: 'max(process_resident_memory_bytes{job="inventory"}) / 1e6', cause: 'memory_leak', component: 'inventory', least: 8 },
  { query: 'sum(db_pool_connections_in_use{job="inventory"})', cause: 'pool_leak', component: 'inventory', least: 0.5 },
  { query: 'max(nodejs_eventloop_lag_p99_seconds{job="inventory"})', cause: 'event_loop_blocked', component: 'inventory', least: 0.01 },
  { query: `sum(rate(load_balancer_requests_total${WINDOW}))`, cause: 'traffic_surge', component: 'traffic', least: 2 },
  { query: `sum(rate(http_errors_total{job="inventory"}${WINDOW}))`, cause: 'application_exception', component: 'inventory', least: 0.3 },
  { query: 'count(up{job="inventory"} == 1)', cause: 'instance_down', component: 'inventory', least: 0.2 },
  { query: 'min(db_up{job="inventory"})', cause: 'database_down', component: 'database', least: 0.1 },
  { query: `sum(rate(load_balancer_retries_total${WINDOW}))`, cause: 'retry_storm', component: 'load balancer', least: 0.3 },
]

/** Blames the figure that is furthest from what it was, in its own standard deviations. */
export const nSigma: RuleOfThumb = {
  name: 'n-sigma',
  onlyLooks: true,
  async think({ prometheus }, since) {
    const broken = since / 1_000
    const scored = await Promise.all(
      FIGURES.map(async (figure) => {
        const [course] = await prometheus.queryRange(figure.query, broken - BEFORE_SECONDS, broken)
        const [present] = await prometheus.query(figure.query)
        const values = course?.points.map(([, value]) => value) ?? []
        const now = present?.points[0]?.[1] ?? 0
        return { ...figure, now, ...distance(values, now, figure.least) }
      }),
    )
    const [furthest] = scored.toSorted((a, b) => b.sigmas - a.sigmas)
    if (!furthest) throw new Error('there is no figure')
    const { query, cause, component, sigmas, usual, now } = furthest
    return {
      says: {
        cause,
        component,
        root_cause: `${query} is ${now.toPrecision(3)}, and ${usual.toPrecision(3)} before: ${sigmas.toFixed(0)} standard deviations.`,
        confidence: Math.min(0.9, sigmas / 20),
        evidence: [{ query, value: now }],
      },
    }
  },
}

function distance(values: number[], now: number, least: number): { sigmas: number; usual: number } {
  const usual = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const variance = values.reduce((sum, value) => sum + (value - usual) ** 2, 0) / Math.max(1, values.length)
  return { sigmas: Math.abs(now - usual) / Math.max(least, Math.sqrt(variance)), usual }
}
