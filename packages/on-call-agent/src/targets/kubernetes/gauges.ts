import type { Gauges, Sli } from '../../actions/sli.ts'
import { type Cluster, podsOf, reads, requirePlace } from './cluster.ts'
import type { Pod } from './objects.ts'

/** A container that ended so lately may end again. */
const LATELY_MS = 45_000

/** Whether the pods of the incident's service are well while an action is judged: what their containers do, and whether their nodes report. */
export function clusterGauges(clusters: readonly Cluster[], now: () => number = Date.now): Gauges {
  const counted = (id: string, words: string, lagSeconds: number, count: (pods: Pod[], lostNodes: Set<string>) => number): Sli => ({
    id,
    says: (value) => `${value === 0 ? 'no pod' : value === 1 ? 'one pod' : `${value} pods`} ${words}`,
    limit: 0,
    grain: 0.5,
    async read(incident, signal) {
      const place = requirePlace(clusters, incident)
      const [pods, { items }] = await Promise.all([podsOf(place, signal), reads.nodes(place.cluster, signal)])
      const lost = items.filter(({ status }) => !status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
      const value = count(
        pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined),
        new Set(lost.map(({ metadata }) => metadata.name)),
      )
      return { now: value, worst: value, lagSeconds }
    },
  })
  return {
    slis: [
      // What a lost node says of its pods is what it said last: that is the node's trouble.
      counted(
        'pods_in_trouble',
        'in trouble',
        LATELY_MS / 1_000,
        (pods, lost) => pods.filter((pod) => !lost.has(pod.spec.nodeName ?? '') && isInTrouble(pod, now())).length,
      ),
      counted(
        'pods_on_lost_nodes',
        'on a node that does not report',
        0,
        (pods, lost) => pods.filter(({ spec }) => lost.has(spec.nodeName ?? '')).length,
      ),
    ],
    // Alerts are Prometheus' business.
    firing: async () => [],
  }
}

function isInTrouble({ status }: Pod, now: number): boolean {
  const containers = status.containerStatuses ?? []
  const endedLately = containers.some(({ lastState }) => {
    const { exitCode = 0, finishedAt = '' } = lastState?.terminated ?? {}
    return exitCode !== 0 && now - Date.parse(finishedAt) < LATELY_MS
  })
  return endedLately || containers.length === 0 || !containers.every(({ ready }) => ready)
}
