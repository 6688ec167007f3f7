import { type Action, defineAction } from '../../../actions/action.ts'
import { type Cluster, podsOf, reads, type ServicePlace } from '../cluster.ts'
import type { ReplicaSet } from '../objects.ts'
import { CLUSTER_VERIFY, checkThere, NoArguments, placeOf, refuse } from './cluster-action.ts'

const JSON_PATCH = 'application/json-patch+json'
const HASH = 'pod-template-hash'
const path = ({ namespace, deployment }: ServicePlace) => `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`

/** `roll_back_deployment`: the revision before, as `kubectl rollout undo` puts it back. */
export function rollBackDeployment(clusters: readonly Cluster[]): Action {
  return defineAction({
    name: 'roll_back_deployment',
    description:
      "Puts the images that the alert's deployment ran before back, pod by pod. Cures a bad release: the pods run the image again that they ran before.",
    parameters: NoArguments,
    level: 'high',
    says: () => "Rolls the deployment of the alert's service back to its revision before, one pod after the other.",
    check: (_args, { incident, signal }) =>
      checkThere(clusters, incident, async (place) => {
        const { now, before } = await revisionsOf(place, signal)
        if (!now || !before) return refuse('no_revision', `${place.deployment} has never run other images than these`)
        await put(place, before, { dryRun: true, signal })
        return { kind: 'ok', simulation: `${imagesOf(before)} (revision ${revisionOf(before)}) takes the place of ${imagesOf(now)}.` }
      }),
    async before(_args, { incident, signal }) {
      const { before } = await revisionsOf(placeOf(clusters, incident), signal)
      return { wanted: before ? imagesOf(before) : '' }
    },
    async run(_args, { incident, signal }) {
      const place = placeOf(clusters, incident)
      const { before } = await revisionsOf(place, signal)
      if (!before) throw new Error(`${place.deployment} has never run other images than these`)
      await put(place, before, { signal })
      return `deployment.apps/${place.deployment} rolled back to ${imagesOf(before)}`
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

const revisionOf = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
const imagesOf = ({ spec }: ReplicaSet) => spec.template.spec.containers.map(({ image }) => image).join(', ')

/** The present revision, and the newest of those before it that ran other images: a restart is a revision too. */
async function revisionsOf(
  { cluster, namespace, deployment }: ServicePlace,
  signal: AbortSignal,
): Promise<{ now?: ReplicaSet; before?: ReplicaSet }> {
  const { items } = await reads.replicaSets(cluster, namespace, signal)
  const [now, ...earlier] = items
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ kind, name }) => kind === 'Deployment' && name === deployment))
    .toSorted((a, b) => revisionOf(b) - revisionOf(a))
  const before = now && earlier.find((each) => imagesOf(each) !== imagesOf(now))
  return { ...(now && { now }), ...(before && { before }) }
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
