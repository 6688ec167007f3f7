import { Type } from 'typebox'
import { type Action, defineAction } from '../../../actions/action.ts'
import { type Cluster, reads, type ServicePlace } from '../cluster.ts'
import { CLUSTER_VERIFY, checkThere, placeOf, refuse } from './cluster-action.ts'

const FEWEST = 2
const MOST = 8
const MERGE = 'application/merge-patch+json'

interface Scaling {
  replicas: number
  dryRun?: boolean
  signal: AbortSignal
}

function scale({ cluster, namespace, deployment }: ServicePlace, { replicas, dryRun = false, signal }: Scaling) {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}/scale`
  return cluster.client.change('PATCH', path, { body: { spec: { replicas } }, type: MERGE, dryRun, signal })
}

/** `scale_deployment`: one pod more or less, within 2 to 8. */
export function scaleDeployment(clusters: readonly Cluster[]): Action {
  return defineAction({
    name: 'scale_deployment',
    description: `One pod more or less of the alert's deployment, ${FEWEST} to ${MOST} in all. Cures a load that the present pods cannot carry.`,
    parameters: Type.Object({ replicas: Type.Integer({ minimum: FEWEST, maximum: MOST }) }, { additionalProperties: false }),
    level: 'medium',
    says: ({ replicas }) => `Scales the deployment of the alert's service to ${replicas} pods.`,
    check: ({ replicas }, { incident, signal }) =>
      checkThere(clusters, incident, async (place) => {
        const { spec } = await reads.deployment(place.cluster, place.namespace, place.deployment, signal)
        const now = spec.replicas ?? 1
        if (Math.abs(replicas - now) !== 1) return refuse('out_of_range', `One pod at a time: there are ${now}, so not ${replicas}`)
        await scale(place, { replicas, dryRun: true, signal })
        return { kind: 'ok', simulation: `${place.deployment} has ${now} pods now.` }
      }),
    async before(_args, { incident, signal }) {
      const place = placeOf(clusters, incident)
      const { spec } = await reads.deployment(place.cluster, place.namespace, place.deployment, signal)
      return { replicas: spec.replicas ?? 1 }
    },
    async run({ replicas }, { incident, signal }) {
      const place = placeOf(clusters, incident)
      await scale(place, { replicas, signal })
      return `deployment.apps/${place.deployment} scaled to ${replicas}`
    },
    async readOutcome({ replicas }, _before, { incident, signal }) {
      const place = placeOf(clusters, incident)
      const { spec, status } = await reads.deployment(place.cluster, place.namespace, place.deployment, signal)
      if (spec.replicas !== replicas) return { kind: 'not_done' }
      if (status.readyReplicas !== replicas) return { kind: 'under_way' }
      return { kind: 'done', output: `${place.deployment} has ${replicas} ready pods.` }
    },
    verify: CLUSTER_VERIFY,
    async undo(_args, { replicas }, { incident, signal }) {
      const place = placeOf(clusters, incident)
      await scale(place, { replicas, signal })
      return `deployment.apps/${place.deployment} scaled back to ${replicas}`
    },
  })
}
