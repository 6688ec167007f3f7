import type { ActiveFaults, FleetFaultRequest, InstanceList, ScaleResult } from '@oncall-lab/process-manager/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getJson, postJson } from './json.ts'
import { queryClient } from './query-client.ts'

const INSTANCES_EVERY_MS = 4_000
const FAULTS_EVERY_MS = 5_000

export function useInstances() {
  return useQuery({
    queryKey: ['fleet', 'instances'],
    refetchInterval: INSTANCES_EVERY_MS,
    queryFn: ({ signal }) => getJson<InstanceList>('/fleet/instances', signal),
  })
}

/** What is broken on purpose: for people only, the agent cannot ask this. */
export function useFaults() {
  return useQuery({
    queryKey: ['fleet', 'faults'],
    refetchInterval: FAULTS_EVERY_MS,
    queryFn: async ({ signal }) => ({ ...(await getJson<ActiveFaults>('/fleet/fault', signal)), asOfMs: Date.now() }),
  })
}

/** A change of the fleet: the path below the process manager, and its body. */
export type FleetChange =
  | { path: '/fault'; body: FleetFaultRequest }
  | { path: '/scale'; body: { replicas: number } }
  | { path: '/start' | '/stop' | '/drain'; body: { port: number } }
  | { path: '/rolling-restart'; body: Record<string, never> }

/** @returns the answer's words when not everything was done. */
export function useFleetChange() {
  return useMutation({
    mutationFn: ({ path, body }: FleetChange) =>
      postJson<Partial<ScaleResult> & { ok: boolean; results?: { ok: boolean; error?: string }[] }>(`/fleet${path}`, body),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['fleet'] }),
  })
}
