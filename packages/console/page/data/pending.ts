import type { IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { useQuery } from '@tanstack/react-query'
import { getJson } from './json.ts'

const LOOK_BACK_SECONDS = 900
const STEP_SECONDS = 5

/** When the first alert of an incident began to be pending: seconds since the epoch, undefined when its rule does not wait or Prometheus has forgotten. */
export function usePendingSince({ alerts }: IncidentWithTimeline): number | undefined {
  const first = alerts.toSorted((a, b) => a.starts_at.localeCompare(b.starts_at))[0]
  const firing = first ? Date.parse(first.starts_at) / 1_000 : 0
  const { data } = useQuery({
    queryKey: ['prometheus', 'pending', first?.alertname, firing],
    enabled: first !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const query = `max(ALERTS{alertstate="pending", alertname=${JSON.stringify(first?.alertname)}})`
      const range = new URLSearchParams({ query, start: `${firing - LOOK_BACK_SECONDS}`, end: `${firing}`, step: `${STEP_SECONDS}` })
      const { data: answer } = await getJson<{ data: { result: { values: [number, string][] }[] } }>(
        `/prometheus/api/v1/query_range?${range}`,
        signal,
      )
      const times = answer.result[0]?.values.map(([time]) => time) ?? []
      // The unbroken run that ends at the firing.
      let since: number | null = null
      for (let i = times.length - 1, next = firing; i >= 0; i--) {
        const time = times[i] ?? 0
        if (next - time > 3 * STEP_SECONDS) break
        since = next = time
      }
      return since
    },
  })
  return data ?? undefined
}
