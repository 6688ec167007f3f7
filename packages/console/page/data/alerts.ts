import { useQuery } from '@tanstack/react-query'
import { getJson } from './json.ts'

const EVERY_MS = 5_000

/** A rule that is pending or firing, as Prometheus says. */
export interface RuleAlert {
  labels: Record<string, string>
  annotations: Record<string, string>
  state: 'pending' | 'firing'
  /** RFC 3339. */
  activeAt: string
}

/** Alerts of Prometheus' own list, most severe first; the Watchdog, which always fires, is left out. */
export function useAlerts() {
  return useQuery({
    queryKey: ['prometheus', 'alerts'],
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => {
      const { data } = await getJson<{ data: { alerts: RuleAlert[] } }>('/prometheus/api/v1/alerts', signal)
      return data.alerts.filter(({ labels }) => labels.alertname !== 'Watchdog').sort((a, b) => weight(a) - weight(b))
    },
  })
}

function weight({ state, labels }: RuleAlert): number {
  return (state === 'firing' ? 0 : 10) + (labels.severity === 'critical' ? 0 : 1)
}
