import type { Incident } from '../../api.ts'
import type { PrometheusClient } from './client.ts'

/** A service whose instances have gone is still seen for so long by what was scraped of it. */
const SEEN_WITHIN_SECONDS = 3_600

/** Where in Prometheus a service is: the matcher that selects its series. */
export interface ServiceFinder {
  /** `job="payments"` for the incident's service; undefined when Prometheus has no such series. @throws UpstreamError */
  find(incident: Incident, signal?: AbortSignal): Promise<string | undefined>
  /** What is looked for, for messages. */
  wanted(incident: Incident): string
}

/** Looks for the incident's service among the values of `label`, then for what its alerts carry in that label. */
export function createServiceFinder(prometheus: Pick<PrometheusClient, 'labelValues'>, label: string): ServiceFinder {
  const candidates = ({ service, alerts }: Incident) => [...new Set([service, ...alerts.flatMap(({ labels }) => labels[label] ?? [])])]
  return {
    async find(incident, signal) {
      const known = new Set(await prometheus.labelValues(label, SEEN_WITHIN_SECONDS, signal))
      const value = candidates(incident).find((each) => known.has(each))
      return value === undefined ? undefined : `${label}=${JSON.stringify(value)}`
    },
    wanted: (incident) =>
      candidates(incident)
        .map((value) => `${label}=${JSON.stringify(value)}`)
        .join(' or '),
  }
}
