import { LabError } from '@oncall-lab/service-kit/errors'
import type { RecordedAlerts } from '../../api.ts'
import type { BundledLook, BundleSubject } from '../bundled-look.ts'
import type { PrometheusClient, Series } from './client.ts'
import type { ServiceFinder } from './find-service.ts'
import { splitComparison } from './split-comparison.ts'

/** Points of a series: one every 20 s around the onset of a young incident. */
const STEPS = 60
/** Of a service with very many, the first by name. */
const MOST_SERIES = 600
const MOST_ALERTS = 10

/** What Prometheus recorded around the onset: every series of the service but the buckets of histograms, and the value of each alert. */
export function bundledMetrics(prometheus: PrometheusClient, finder: ServiceFinder): (subject: BundleSubject) => BundledLook[] {
  return (subject) => [
    { layer: 'metrics', name: 'health', call: { name: 'get_monitoring_health', args: {} } },
    { layer: 'metrics', name: 'alerts', source: 'the alerts’ expressions', read: (signal) => readAlerts(prometheus, subject, signal) },
    {
      layer: 'metrics',
      name: 'series',
      source: 'query_range',
      async read(signal) {
        const matcher = await finder.find(subject.incident, signal)
        if (matcher === undefined)
          throw new LabError(`Prometheus has no series with ${finder.wanted(subject.incident)}`, { code: 'not_seen', status: 404 })
        const query = `{${matcher},__name__!~".+_(bucket|created)"}`
        const series = await prometheus.queryBetween(query, subject, STEPS, signal)
        return {
          query,
          from: subject.from.toISOString(),
          until: subject.until.toISOString(),
          series: series.slice(0, MOST_SERIES).map(rounded),
          left_out: Math.max(0, series.length - MOST_SERIES),
        }
      },
    },
  ]
}

async function readAlerts(
  prometheus: PrometheusClient,
  { incident, onset, ...span }: BundleSubject,
  signal: AbortSignal,
): Promise<RecordedAlerts> {
  const names = [...new Set(incident.alerts.map(({ alertname }) => alertname))].slice(0, MOST_ALERTS)
  const rules = (await prometheus.rules(signal)).filter(({ type, name }) => type === 'alerting' && names.includes(name))
  const alerts = await Promise.all(
    rules.map(async ({ name, query }) => {
      const compared = splitComparison(query)
      const series = await prometheus.queryBetween(compared?.value ?? query, span, STEPS, signal)
      return { alertname: name, expression: query, threshold: compared?.threshold ?? null, series: series.slice(0, 20).map(rounded) }
    }),
  )
  return { onset: onset.toISOString(), alerts }
}

const rounded = ({ labels, points }: Series): Series => ({
  labels,
  points: points.map(([at, value]) => [Math.round(at), value === null ? null : Number(value.toPrecision(6))]),
})
