import type { ActiveFaults, FleetFaultRequest, InstanceList, ScaleResult } from '@oncall-lab/process-manager/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Mark } from '../components/Chart.tsx'
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

const FAULTS = ['fleet', 'faults']

/** The active faults, when they were read, and when this page saw one begin or end. */
interface FaultReading {
  faults: ActiveFaults['faults']
  asOfMs: number
  marks: Mark[]
}

/** The process manager keeps no history of faults: the page remembers what it saw while it was open. */
function markChange(before: FaultReading | undefined, faults: ActiveFaults['faults']): Mark[] {
  if (!before) return []
  const modes = (list: ActiveFaults['faults']) => [...new Set(list.map(({ mode }) => mode))].sort().join(' ')
  const [was, is] = [modes(before.faults), modes(faults)]
  return was === is ? before.marks : [...before.marks, { at: Date.now() / 1_000, label: is === '' ? 'cleared' : is }].slice(-20)
}

/** What is broken on purpose: for people only, the agent cannot ask this. */
export function useFaults() {
  return useQuery({
    queryKey: FAULTS,
    refetchInterval: FAULTS_EVERY_MS,
    queryFn: async ({ signal }) => {
      const { faults } = await getJson<ActiveFaults>('/fleet/fault', signal)
      const before = queryClient.getQueryData<FaultReading>(FAULTS)
      return { faults, asOfMs: Date.now(), marks: markChange(before, faults) } satisfies FaultReading
    },
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
