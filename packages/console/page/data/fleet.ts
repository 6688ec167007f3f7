import type {
  ActiveFaults,
  DeployRequest,
  FaultHistoryList,
  FaultModes,
  FleetFaultRequest,
  InstanceList,
  ReleaseList,
  ScaleResult,
  TrafficRequest,
  TrafficState,
} from '@oncall-lab/process-manager/api'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import type { Mark } from '../components/Chart.tsx'
import { getJson, postJson } from './json.ts'
import { queryClient } from './query-client.ts'

const INSTANCES_EVERY_MS = 5_000
/** Others may break and clear too; what this page does itself is asked for at once. */
const FAULTS_EVERY_MS = { some: 5_000, none: 8_000 }
const TRAFFIC_EVERY_MS = { some: 10_000, none: 15_000 }

/** When it was read, by this browser's clock. */
interface AsOf {
  asOfMs: number
}

export function useInstances() {
  return useQuery({
    queryKey: ['fleet', 'instances'],
    refetchInterval: INSTANCES_EVERY_MS,
    queryFn: ({ signal }) => getJson<InstanceList>('/fleet/instances', signal),
  })
}

/** What can be broken, with each mode's fields, as the process manager says. */
export function useFaultModes() {
  return useQuery({
    queryKey: ['fault-modes'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => getJson<FaultModes>('/fleet/fault/modes', signal),
  })
}

/** What is broken on purpose, and when that was read: for people only, the agent cannot ask this. */
export function useFaults() {
  return useQuery<ActiveFaults & AsOf>({
    queryKey: ['fleet', 'faults'],
    refetchInterval: ({ state }) => (state.data?.faults.length ? FAULTS_EVERY_MS.some : FAULTS_EVERY_MS.none),
    queryFn: async ({ signal }) => ({ ...(await getJson<ActiveFaults>('/fleet/fault', signal)), asOfMs: Date.now() }),
  })
}

/** When faults began and ended; read again whenever what is active changes. */
export function useFaultHistory() {
  const active = useFaults().data?.faults.map(({ mode, port, target }) => `${mode} ${port ?? target}`)
  return useQuery({
    queryKey: ['fault-history', active?.join()],
    enabled: active !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => getJson<FaultHistoryList>('/fleet/fault/history', signal),
  })
}

/** The beginnings and ends of faults as marks over a course. */
export function faultMarks(history: FaultHistoryList | undefined): Mark[] {
  const seconds = (at: string) => Date.parse(at) / 1_000
  return (history?.faults ?? []).flatMap(({ mode, started_at, ended_at }) => [
    { at: seconds(started_at), label: mode },
    ...(ended_at ? [{ at: seconds(ended_at), label: 'cleared' }] : []),
  ])
}

/** The run of customers that somebody started, the profiles that there are, and when that was read. */
export function useTraffic() {
  return useQuery<TrafficState & AsOf>({
    queryKey: ['fleet', 'traffic'],
    refetchInterval: ({ state }) => (state.data?.running ? TRAFFIC_EVERY_MS.some : TRAFFIC_EVERY_MS.none),
    queryFn: async ({ signal }) => ({ ...(await getJson<TrafficState>('/fleet/traffic', signal)), asOfMs: Date.now() }),
  })
}

/** The releases that there are, the newest first. */
export function useReleases() {
  return useQuery({
    queryKey: ['fleet', 'releases'],
    queryFn: async ({ signal }) => {
      const { current, releases } = await getJson<ReleaseList>('/fleet/releases', signal)
      return { current, releases: releases.toReversed() }
    },
  })
}

/** A change of the fleet: the path below the process manager, and its body. */
export type FleetChange =
  | { path: '/fault'; body: FleetFaultRequest }
  | { path: '/traffic'; body: TrafficRequest }
  | { path: '/scale'; body: { replicas: number } }
  | { path: '/deploy'; body: DeployRequest }
  | { path: '/start' | '/undrain'; body: { port: number } }
  | { path: '/drain'; body: { port: number; keep: true } }
  | { path: '/rolling-restart'; body: Record<string, never> }

/** What the answers have in common: whether all was done, and why not. */
export interface FleetAnswer extends Partial<Pick<ScaleResult, 'replicas' | 'superseded'>> {
  ok?: boolean
  results?: { ok: boolean; error?: string }[]
  failed?: { port: number; reason: string }
}

/** The first reason why not everything was done; undefined when all was. */
export function whyNot({ ok, results, failed }: FleetAnswer): string | undefined {
  if (ok !== false) return undefined
  return failed ? `:${failed.port}: ${failed.reason}` : (results?.find((each) => !each.ok)?.error ?? 'not everything was done')
}

/** Asks the process manager for a change; what it shows is read again afterwards. */
export function useFleetChange() {
  return useMutation({
    mutationFn: ({ path, body }: FleetChange) => postJson<FleetAnswer>(`/fleet${path}`, body),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['fleet'] }),
  })
}
