import type { ReceivedAlert } from '../src/incidents/received-alert.ts'

/** The default of the settings. */
export const GROUPING = { serviceLabels: ['service', 'job'], fallbackLabels: ['cluster', 'namespace'], watchdogs: ['Watchdog'] }

const BEGAN_MS = Date.now()

/** RFC 3339, so many seconds before the tests began. What comes late and what is new depends on the time of day, so no fixed time will do. */
export const secondsAgo = (seconds: number) => new Date(BEGAN_MS - seconds * 1_000).toISOString()

/** An alert as the store takes it; firing unless said otherwise. */
export function receivedAlert(over: Partial<ReceivedAlert> = {}): ReceivedAlert {
  const { alertname = 'InventoryErrorBurst', service = 'inventory', severity = 'critical' } = over
  return {
    status: 'firing',
    alertname,
    service,
    severity,
    summary: 'inventory answers 100% of all requests with an error',
    fingerprint: `fp-${alertname}-${service}`,
    labels: { alertname, service, severity },
    annotations: {},
    generatorUrl: null,
    source: 'alertmanager',
    startsAt: secondsAgo(50),
    endsAt: over.status === 'resolved' ? secondsAgo(0) : null,
    ...over,
  }
}

/** The same as Alertmanager's webhook message carries it. */
export function alertGroup(...alerts: ReceivedAlert[]): object {
  return {
    version: '4',
    groupKey: '{}:{alertname="InventoryErrorBurst", service="inventory"}',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts: alerts.map(({ status, labels, summary, startsAt, endsAt, fingerprint }) => ({
      status,
      labels,
      annotations: { summary },
      startsAt,
      endsAt: endsAt ?? '0001-01-01T00:00:00Z',
      fingerprint,
    })),
  }
}
