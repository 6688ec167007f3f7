import type { Capabilities } from '@oncall-lab/on-call-agent/api'
import { useQuery } from '@tanstack/react-query'
import { getJson } from './json.ts'

/** What is connected to the agent; changes only with a restart. */
export function useCapabilities() {
  return useQuery({
    queryKey: ['capabilities'],
    staleTime: 60_000,
    queryFn: ({ signal }) => getJson<Capabilities>('/agent/api/capabilities', signal),
  })
}
