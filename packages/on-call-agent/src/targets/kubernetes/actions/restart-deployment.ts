import { type Action, defineAction } from '../../../actions/action.ts'
import { type Cluster, podsOf, reads } from '../cluster.ts'
import { CLUSTER_VERIFY, checkThere, NoArguments, placeOf, refuse } from './cluster-action.ts'

const STRATEGIC = 'application/strategic-merge-patch+json'
const path = (namespace: string, name: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
/** As `kubectl rollout restart` does it. */
const restartedAt = (at: string) => ({ spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } } })

/** `restart_deployment`: every pod of the alert's deployment is replaced, one after the other. */
export function restartDeployment(clusters: readonly Cluster[]): Action {
  return defineAction({
    name: 'restart_deployment',
    description:
      "Replaces every pod of the alert's deployment, one after the other. Cures what lives in the processes: a crash loop after a passing cause, a leak, a hang.",
    parameters: NoArguments,
    level: 'medium',
    says: () => "Restarts the deployment of the alert's service, one pod after the other.",
    check: (_args, { incident, signal }) =>
      checkThere(clusters, incident, async ({ cluster, namespace, deployment }) => {
        const { spec, status } = await reads.deployment(cluster, namespace, deployment, signal)
        const { replicas = 1 } = spec
        if (replicas < 1) return refuse('nothing_to_do', `${deployment} is scaled to 0`)
        if ((status.updatedReplicas ?? 0) < replicas) return refuse('one_at_a_time', `A rollout of ${deployment} is going on already`)
        const body = restartedAt(new Date(0).toISOString())
        await cluster.client.change('PATCH', path(namespace, deployment), { body, type: STRATEGIC, dryRun: true, signal })
        return {
          kind: 'ok',
          simulation: `${replicas} pods of ${deployment} in ${namespace} are replaced; ${status.readyReplicas ?? 0} are ready now.`,
        }
      }),
    async before(_args, { incident, signal }) {
      const pods = await podsOf(placeOf(clusters, incident), signal)
      return { uids: pods.map(({ metadata }) => metadata.uid ?? metadata.name) }
    },
    async run(_args, { incident, signal }) {
      const { cluster, namespace, deployment } = placeOf(clusters, incident)
      await cluster.client.change('PATCH', path(namespace, deployment), {
        body: restartedAt(new Date().toISOString()),
        type: STRATEGIC,
        signal,
      })
      return `deployment.apps/${deployment} restarted`
    },
    async readOutcome(_args, before, { incident, signal }) {
      const place = placeOf(clusters, incident)
      const [pods, { spec }] = await Promise.all([
        podsOf(place, signal),
        reads.deployment(place.cluster, place.namespace, place.deployment, signal),
      ])
      const fresh = pods.filter(({ metadata }) => !before.uids.includes(metadata.uid ?? metadata.name))
      if (fresh.length === 0) return { kind: 'not_done' }
      const ready = fresh.filter(({ status }) => status.containerStatuses?.every((container) => container.ready))
      if (ready.length < (spec.replicas ?? 1)) return { kind: 'under_way' }
      return { kind: 'done', output: `${ready.length} new pods of ${place.deployment} are ready.` }
    },
    verify: CLUSTER_VERIFY,
  })
}
