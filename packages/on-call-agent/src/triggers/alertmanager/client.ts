import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { Type } from 'typebox'

/** Asks Alertmanager what it holds. https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
export interface AlertmanagerClient {
  /** All alerts that have not ended, silenced and inhibited ones too: fingerprint to name. @throws UpstreamError */
  activeAlerts(signal?: AbortSignal): Promise<Map<string, string>>
  /** The alerts of this group that go to this receiver, in the form of a webhook's alerts. @throws UpstreamError */
  alertsOf(group: AlertsOfGroup, signal?: AbortSignal): Promise<object[]>
}

/** As a webhook message names it. */
export interface AlertsOfGroup {
  receiver: string
  groupLabels: Record<string, string>
}

const Alerts = Type.Array(Type.Object({}))
const ActiveAlerts = Type.Array(
  Type.Object({ fingerprint: Type.String(), labels: Type.Optional(Type.Record(Type.String(), Type.String())) }),
)

/** `baseUrl` as in ALERTMANAGER_URL. */
export function createAlertmanagerClient(baseUrl: string, { timeoutMs = 5_000 } = {}): AlertmanagerClient {
  const http = createHttpClient({ name: 'Alertmanager', baseUrl, timeoutMs })
  return {
    async activeAlerts(signal) {
      const alerts = await http.get('/api/v2/alerts', { schema: ActiveAlerts, signal })
      return new Map(alerts.map(({ fingerprint, labels }) => [fingerprint, labels?.alertname ?? '']))
    },
    async alertsOf({ receiver, groupLabels }, signal) {
      const filters = Object.entries(groupLabels).map(([name, value]): [string, string] => ['filter', `${name}=${JSON.stringify(value)}`])
      const query = new URLSearchParams([
        ['silenced', 'false'],
        ['inhibited', 'false'],
        // A regular expression, which Alertmanager anchors.
        ['receiver', receiver.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')],
        ...filters,
      ])
      const alerts = await http.get(`/api/v2/alerts?${query}`, { schema: Alerts, signal })
      // Its own status says whether it is silenced; what is listed fires.
      return alerts.map((alert) => ({ ...alert, status: 'firing' }))
    },
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

const RuleAlerts = Type.Object({
  data: Type.Object({ alerts: Type.Array(Type.Object({ state: Type.String(), labels: Type.Record(Type.String(), Type.String()) })) }),
})

/** `baseUrl` as in PROM_URL. */
export function createFiringAlertsClient(baseUrl: string, { timeoutMs = 5_000 } = {}): FiringAlertsClient {
  const http = createHttpClient({ name: 'Prometheus', baseUrl, timeoutMs })
  return {
    async firingAlertnames(signal) {
      const { data } = await http.get('/api/v1/alerts', { schema: RuleAlerts, signal })
      return new Set(data.alerts.flatMap(({ state, labels }) => (state === 'firing' && labels.alertname ? [labels.alertname] : [])))
    },
  }
}
