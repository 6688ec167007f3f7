import type { Gauges, Sli, SliReading } from '../../actions/sli.ts'
import type { Incident } from '../../api.ts'
import { paceOf, windowOver } from '../../scrape-pace.ts'
import type { PrometheusClient, Series } from './client.ts'
import type { ServiceFinder } from './find-service.ts'
import { scrapeSecondsOf } from './scrape-seconds.ts'

/** By what selects the service, and the window of the rates in seconds. */
type Expression = (matcher: string, seconds: number) => string

/** The figures of a service's users; the limits are those of an ordinary web service, and only a change across them counts. */
const SLIS: (Omit<Sli, 'read'> & { expression: Expression })[] = [
  {
    id: 'error_rate',
    says: (value) => `${(100 * value).toFixed(0)} % of the requests failed`,
    limit: 0.05,
    grain: 0.05,
    expression: (m, s) =>
      `(sum(rate(http_requests_total{${m},status=~"5.."}[${s}s])) or vector(0)) / sum(rate(http_requests_total{${m}}[${s}s]))`,
  },
  {
    id: 'latency_p95_seconds',
    says: (value) => `the slowest twentieth took ${value.toFixed(2)} s`,
    limit: 0.5,
    grain: 0.1,
    expression: (m, s) => `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${m}}[${s}s])))`,
  },
  {
    id: 'instances_down',
    says: (value) => `${value} instances gave no answer`,
    limit: 0,
    grain: 0.5,
    expression: (m) => `count(up{${m}} == 0) or (0 * count(up{${m}}))`,
  },
]

/** The longest time that is searched for the worst value. */
const MOST_SECONDS = 3_600
const STEP_SECONDS = 5
/** What the rates look back on with scrapes every five seconds: as few scrapes as make a rate. */
const WINDOW = { seconds: 15, scrapes: 3 }
/** Where Prometheus does not say. */
const USUAL_SCRAPE_SECONDS = 5

/** What Prometheus tells of a service while an action is judged: figures of the last 15 s (or three scrapes), and which alerts fire. */
export function createGauges(prometheus: PrometheusClient, finder: ServiceFinder): Gauges {
  return {
    slis: SLIS.map(({ expression, ...sli }) => ({ ...sli, read: (incident, signal) => read(expression, incident, signal) })),
    async firing({ alerts, service }, signal) {
      const names = [...new Set(alerts.map(({ alertname }) => alertname))]
      const quoted = JSON.stringify(names.map((name) => name.replace(/[^\w:]/g, '.')).join('|'))
      const series = await prometheus.query(`count by (alertname, service) (ALERTS{alertstate="firing",alertname=~${quoted}})`, signal)
      const own = series.filter(({ labels }) => labels.service === undefined || labels.service === '' || labels.service === service)
      return own.map(({ labels }) => labels.alertname ?? '').filter((name) => names.includes(name))
    },
    async lags({ alerts, service }, signal) {
      // The grammar is large, and few incidents come to an action.
      const [{ alertLags }, rules, every] = await Promise.all([
        import('./alert-lags.ts'),
        prometheus.rules(signal),
        scrapeSecondsOf(prometheus, service, signal),
      ])
      return alertLags(rules, alerts, every ?? USUAL_SCRAPE_SECONDS)
    },
  }

  async function read(expression: Expression, incident: Incident, signal: AbortSignal): Promise<SliReading> {
    const matcher = await finder.find(incident, signal)
    if (matcher === undefined) return { now: null, worst: null }
    const seconds = Math.ceil(Math.min(MOST_SECONDS, Math.max(STEP_SECONDS, (Date.now() - Date.parse(incident.opened_at)) / 1_000 + 60)))
    const every = await scrapeSecondsOf(prometheus, incident.service, signal)
    const window = windowOver(WINDOW.seconds, every, WINDOW.scrapes)
    const asked = expression(matcher, window)
    const [now, worst] = await Promise.all([
      prometheus.query(asked, signal),
      prometheus.query(`max_over_time((${asked})[${seconds}s:${Math.ceil(STEP_SECONDS * paceOf(every))}s])`, signal),
    ])
    // A figure without a rate reads the newest scrape.
    const looksBack = asked === expression(matcher, 0) ? 0 : window
    return { now: latestOf(now), worst: latestOf(worst), lagSeconds: looksBack + (every ?? USUAL_SCRAPE_SECONDS) }
  }
}

const latestOf = (series: Series[]): number | null => series[0]?.points.at(-1)?.[1] ?? null
