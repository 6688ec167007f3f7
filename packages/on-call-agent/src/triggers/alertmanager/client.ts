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

/** Asks Prometheus how its alerting rules stand. https://prometheus.io/docs/prometheus/latest/querying/api/#rules */
export interface AlertRulesClient {
  /**
   * From the rules themselves: the series `ALERTS` of a Prometheus that was killed goes on for five minutes after its last sample. @throws UpstreamError
   */
  alertnames(signal?: AbortSignal): Promise<RuleStates>
}

/** Names of alerts. One that is pending, and one that was not evaluated since Prometheus started, is in neither. */
export interface RuleStates {
  firing: Set<string>
  /** All rules of that name were evaluated, and none of them waits or fires. */
  idle: Set<string>
  /** Of each name whose rules were all evaluated the alerts that fire, without the labels that Prometheus adds when it sends them. */
  fired: Map<string, Labels[]>
}

export type Labels = Record<string, string>

const Rules = Type.Object({
  data: Type.Object({
    groups: Type.Array(
      Type.Object({
        rules: Type.Array(
          Type.Object({
            type: Type.String(),
            name: Type.String(),
            state: Type.Optional(Type.String()),
            lastEvaluation: Type.Optional(Type.String()),
            alerts: Type.Optional(Type.Array(Type.Object({ state: Type.String(), labels: Type.Record(Type.String(), Type.String()) }))),
          }),
        ),
      }),
    ),
  }),
})

/** Prometheus gives year 1 for a rule that it has not evaluated. */
const wasEvaluated = (lastEvaluation = '') => lastEvaluation !== '' && !lastEvaluation.startsWith('0001-')

/** `baseUrl` as in PROM_URL. */
export function createAlertRulesClient(baseUrl: string, { timeoutMs = 5_000 } = {}): AlertRulesClient {
  const http = createHttpClient({ name: 'Prometheus', baseUrl, timeoutMs })
  return {
    async alertnames(signal) {
      const { data } = await http.get('/api/v1/rules?type=alert', { schema: Rules, signal })
      const rules = data.groups.flatMap((group) => group.rules).filter(({ type }) => type === 'alerting')
      const byName = [...Map.groupBy(rules, ({ name }) => name)]
      const named = (fits: (all: typeof rules) => boolean) => new Set(byName.flatMap(([name, all]) => (fits(all) ? [name] : [])))
      return {
        firing: named((all) => all.some(({ state }) => state === 'firing')),
        idle: named((all) => all.every(({ state, lastEvaluation }) => state === 'inactive' && wasEvaluated(lastEvaluation))),
        fired: new Map(
          byName
            .filter(([, all]) => all.every(({ lastEvaluation }) => wasEvaluated(lastEvaluation)))
            .map(([name, all]) => [
              name,
              all.flatMap(({ alerts = [] }) => alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels)),
            ]),
        ),
      }
    },
  }
}
