import { Type } from 'typebox'
import { type Action, defineAction } from '../../../actions/action.ts'
import { type Cluster, podsOf, type ServicePlace } from '../cluster.ts'
import { CLUSTER_VERIFY, checkThere, ObjectName, placeOf, refuse } from './cluster-action.ts'

const FEWEST_OTHERS = 1
const pathOf = ({ namespace }: ServicePlace, pod: string) => `/api/v1/namespaces/${namespace}/pods/${pod}`

/** `delete_pod`: one pod of the alert's deployment ends, and its replica set starts another one. */
export function deletePod(clusters: readonly Cluster[]): Action {
  return defineAction({
    name: 'delete_pod',
    description:
      "Ends one pod of the alert's deployment; another one is started in its place. Cures what only that pod has: a hang, a crash loop, a bad node.",
    parameters: Type.Object({ pod: ObjectName }, { additionalProperties: false }),
    level: 'medium',
    says: ({ pod }) => `Deletes the pod ${pod}; another one takes its place.`,
    check: ({ pod }, { incident, signal }) =>
      checkThere(clusters, incident, async (place) => {
        const pods = await podsOf(place, signal)
        const meant = pods.find(({ metadata }) => metadata.name === pod)
        if (!meant) return refuse('unknown_pod', `${place.deployment} has no pod ${pod}`)
        if (meant.metadata.deletionTimestamp) return refuse('nothing_to_do', `${pod} ends already`)
        const others = pods.filter((each) => each !== meant && each.status.containerStatuses?.every(({ ready }) => ready)).length
        if (others < FEWEST_OTHERS) return refuse('nobody_left', `No other pod of ${place.deployment} is ready`)
        const body = { preconditions: { uid: meant.metadata.uid } }
        await place.cluster.client.change('DELETE', pathOf(place, pod), { body, dryRun: true, signal })
        return { kind: 'ok', simulation: `${others} other pods of ${place.deployment} are ready.` }
      }),
    async before({ pod }, { incident, signal }) {
      const pods = await podsOf(placeOf(clusters, incident), signal)
      return { uid: pods.find(({ metadata }) => metadata.name === pod)?.metadata.uid ?? '' }
    },
    async run({ pod }, { incident, signal }) {
      const place = placeOf(clusters, incident)
      const [meant] = (await podsOf(place, signal)).filter(({ metadata }) => metadata.name === pod)
      // Of that name there may be another pod by now, which nobody meant.
      await place.cluster.client.change('DELETE', pathOf(place, pod), {
        body: { preconditions: { uid: meant?.metadata.uid ?? 'gone' } },
        signal,
      })
      return `pod "${pod}" deleted`
    },
    async readOutcome({ pod }, before, { incident, signal }) {
      const pods = await podsOf(placeOf(clusters, incident), signal)
      const still = pods.find(({ metadata }) => metadata.uid === before.uid)
      if (still) return still.metadata.deletionTimestamp ? { kind: 'under_way' } : { kind: 'not_done' }
      const isReady = pods.every(({ status }) => status.containerStatuses?.every(({ ready }) => ready))
      return isReady ? { kind: 'done', output: `${pod} is gone, and every pod is ready.` } : { kind: 'under_way' }
    },
    verify: CLUSTER_VERIFY,
  })
}
