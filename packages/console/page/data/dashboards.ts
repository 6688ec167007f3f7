import type { Episode } from '@oncall-lab/on-call-agent/api'
import { useQuery } from '@tanstack/react-query'
import { getJson } from './json.ts'

/** Dashboards of `grafana/dashboards/` by what an alert is about; the shop's for all else. */
const BY_ABOUT: [RegExp, string][] = [
  [/balancer/, 'balancer'],
  [/postgres|database|^db/, 'database'],
  [/agent/, 'agent'],
]

/** Where the alert's figures stand in Grafana; undefined when there is none. */
export function useDashboardOf({ labels }: Episode): string | undefined {
  const { data } = useQuery({
    queryKey: ['links'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => getJson<{ grafana: string | null }>('/links.json', signal),
  })
  if (!data?.grafana) return undefined
  const about = `${labels.job ?? ''} ${labels.service ?? ''} ${labels.alertname ?? ''}`.toLowerCase()
  const id = BY_ABOUT.find(([pattern]) => pattern.test(about))?.[1] ?? 'shop'
  return `${data.grafana}/d/oncall-lab-${id}`
}
