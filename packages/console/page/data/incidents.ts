import type { IncidentList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { getJson, postJson } from './json.ts'
import { queryClient } from './query-client.ts'

/** What the list is narrowed to; empty texts do not narrow. */
export interface IncidentFilter {
  status: string
  service: string
  q: string
}

/** Newest first, a page at a time. */
export function useIncidents(filter: IncidentFilter) {
  return useInfiniteQuery({
    queryKey: ['incidents', filter],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50' })
      for (const [name, value] of Object.entries({ ...filter, before: pageParam })) if (value) query.set(name, value)
      return getJson<IncidentList>(`/agent/api/incidents?${query}`, signal)
    },
    getNextPageParam: (last) => last.next ?? undefined,
  })
}

/** The newest incidents without any filter: what the live view shows. */
export function useNewestIncidents() {
  return useQuery({
    queryKey: ['incidents', 'newest'],
    queryFn: ({ signal }) => getJson<IncidentList>('/agent/api/incidents?limit=20', signal),
  })
}

/** One incident with its timeline, by id or reference. */
export function useIncident(idOrRef: string | undefined) {
  return useQuery({
    queryKey: ['incident', idOrRef],
    enabled: idOrRef !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const incident = await getJson<IncidentWithTimeline>(`/agent/api/incidents/${encodeURIComponent(idOrRef ?? '')}`, signal)
      // Events name the id; the address of the view names the reference.
      queryClient.setQueryData(['incident-id', incident.id], incident.ref)
      return incident
    },
  })
}

/** Writes into the incident's conversation, as the phone does. */
export function useSendMessage(id: string) {
  return useMutation({ mutationFn: (body: string) => postJson(`/agent/api/incidents/${encodeURIComponent(id)}/messages`, { body }) })
}

/** Acknowledges the incident, or asks the agent to look again. */
export function useIncidentRequest(id: string) {
  return useMutation({
    mutationFn: (what: 'acknowledge' | 'investigate') => postJson(`/agent/api/incidents/${encodeURIComponent(id)}/${what}`),
  })
}
