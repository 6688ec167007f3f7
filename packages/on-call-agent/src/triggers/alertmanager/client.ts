import { createHttpClient } from '@oncall-lab/service-kit/http-client'

/** Asks Alertmanager what it holds. https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
export interface AlertmanagerClient extends AsyncDisposable {
  /** The fingerprints of all alerts that have not ended, silenced and inhibited ones too. @throws UpstreamError */
  activeFingerprints(signal?: AbortSignal): Promise<Set<string>>
}

/** `baseUrl` as in ALERTMANAGER_URL. */
export function createAlertmanagerClient(baseUrl: string): AlertmanagerClient {
  const http = createHttpClient({ name: 'Alertmanager', baseUrl, timeoutMs: 5_000 })
  return {
    async activeFingerprints(signal) {
      const alerts = await http.get<{ fingerprint: string }[]>('/api/v2/alerts', signal ? { signal } : {})
      return new Set(alerts.map(({ fingerprint }) => fingerprint))
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}

/** Asks Prometheus which alerts fire. https://prometheus.io/docs/prometheus/latest/querying/api/#alerts */
export interface FiringAlertsClient {
  /**
   * The names of the alerts that fire now, from the rules themselves: the series `ALERTS` of a Prometheus that was killed goes on for five
   * minutes after its last sample. @throws UpstreamError
   */
  firingAlertnames(signal?: AbortSignal): Promise<Set<string>>
}

interface AlertList {
  data: { alerts: { state: 'pending' | 'firing'; labels: Record<string, string> }[] }
}

/** `baseUrl` as in PROM_URL. */
export function createFiringAlertsClient(baseUrl: string): FiringAlertsClient {
  const http = createHttpClient({ name: 'Prometheus', baseUrl, timeoutMs: 5_000 })
  return {
    async firingAlertnames(signal) {
      const { data } = await http.get<AlertList>('/api/v1/alerts', signal ? { signal } : {})
      return new Set(data.alerts.flatMap(({ state, labels }) => (state === 'firing' && labels.alertname ? [labels.alertname] : [])))
    },
  }
}
