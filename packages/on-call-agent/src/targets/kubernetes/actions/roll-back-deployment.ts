import { type Action, defineAction } from '../../../actions/action.ts'
import { type Cluster, podsOf, reads, type ServicePlace } from '../cluster.ts'
import type { ReplicaSet } from '../objects.ts'
import { CLUSTER_VERIFY, checkThere, NoArguments, placeOf, refuse } from './cluster-action.ts'
import { decideRevisionBefore, imagesOf } from './revision-before.ts'

const JSON_PATCH = 'application/json-patch+json'
const HASH = 'pod-template-hash'
const path = ({ namespace, deployment }: ServicePlace) => `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`

/** `roll_back_deployment`: the newest revision that ran well before, put back as `kubectl rollout undo` does. */
export function rollBackDeployment(clusters: readonly Cluster[]): Action {
  return defineAction({
    name: 'roll_back_deployment',
    description:
      "Puts the images back that the alert's deployment ran well with before, pod by pod. Cures a bad release. A revision that was left again soon, or that somebody went back from, is passed over.",
    parameters: NoArguments,
    level: 'high',
    says: () => "Rolls the deployment of the alert's service back to the revision that ran well before, one pod after the other.",
    check: (_args, { incident, signal }) =>
      checkThere(clusters, incident, async (place) => {
        const { now, before } = await revisionsOf(place, signal)
        if (!now || !before) return refuse('no_revision', `${place.deployment} is not known to have run well with other images than these`)
        await put(place, before.replicaSet, { dryRun: true, signal })
        const { replicaSet, revision, because } = before
        return { kind: 'ok', simulation: `${imagesOf(replicaSet)} (revision ${revision}: ${because}) takes the place of ${imagesOf(now)}.` }
      }),
    async before(_args, { incident, signal }) {
      const { before } = await revisionsOf(placeOf(clusters, incident), signal)
      return { wanted: before ? imagesOf(before.replicaSet) : '' }
    },
    async run(_args, { incident, signal }) {
      const place = placeOf(clusters, incident)
      const { before } = await revisionsOf(place, signal)
      if (!before) throw new Error(`${place.deployment} is not known to have run well with other images than these`)
      await put(place, before.replicaSet, { signal })
      return `deployment.apps/${place.deployment} rolled back to ${imagesOf(before.replicaSet)}`
    },
    async readOutcome(_args, { wanted }, { incident, signal }) {
      const place = placeOf(clusters, incident)
      const [{ now }, pods] = await Promise.all([revisionsOf(place, signal), podsOf(place, signal)])
      if (!now || imagesOf(now) !== wanted) return { kind: 'not_done' }
      const isReady = pods.every(
        ({ spec, status }) =>
          spec.containers.map(({ image }) => image).join(', ') === wanted && status.containerStatuses?.every(({ ready }) => ready),
      )
      return isReady ? { kind: 'done', output: `${pods.length} pods run ${wanted} and are ready.` } : { kind: 'under_way' }
    },
    verify: CLUSTER_VERIFY,
  })
}

/** What the deployment runs, and what it ran well with before. */
async function revisionsOf({ cluster, namespace, deployment }: ServicePlace, signal: AbortSignal) {
  const { items } = await reads.replicaSets(cluster, namespace, signal)
  const isOwn = ({ metadata }: ReplicaSet) =>
    metadata.ownerReferences?.some(({ kind, name }) => kind === 'Deployment' && name === deployment) ?? false
  return decideRevisionBefore(items.filter(isOwn))
}

/** The template of a revision without the label that tells its pods from those of others. */
function put(
  place: ServicePlace,
  { spec: { template } }: ReplicaSet,
  { dryRun = false, signal }: { dryRun?: boolean; signal: AbortSignal },
) {
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {}
  const value = { ...template, metadata: { ...template.metadata, labels } }
  const body = [{ op: 'replace', path: '/spec/template', value }]
  return place.cluster.client.change('PATCH', path(place), { body, type: JSON_PATCH, dryRun, signal })
}
