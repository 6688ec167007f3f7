import type { AlertGroup, ReceivedAlert } from '../alerts/alert-group.ts'

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
    startsAt: '2026-11-21T10:00:00.000Z',
    endsAt: over.status === 'resolved' ? '2026-11-21T10:05:00.000Z' : null,
    ...over,
  }
}

/** The same as Alertmanager's webhook message carries it. */
export function alertGroup(...alerts: ReceivedAlert[]): AlertGroup {
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
