import { type Action, defineAction } from '../../../actions/action.ts'
import { type Cluster, reads } from '../cluster.ts'
import { CLUSTER_VERIFY, checkThere, NoArguments, placeOf, refuse } from './cluster-action.ts'

/** `delete_deployment`: listed so that it has a level, and done by nobody but a person with rights of their own. */
export function deleteDeployment(clusters: readonly Cluster[]): Action {
  return defineAction({
    name: 'delete_deployment',
    description: "Deletes the alert's deployment with all its pods. Never the repair of an outage.",
    parameters: NoArguments,
    level: 'high',
    says: () => "Deletes the deployment of the alert's service with all its pods.",
    check: (_args, { incident }) =>
      checkThere(clusters, incident, async ({ deployment, namespace }) =>
        refuse(
          'by_hand_only',
          `Deleting ends the service: a person does it by hand, kubectl -n ${namespace} delete deployment ${deployment}`,
        ),
      ),
    before: async () => ({}),
    run: async (_args, { incident }) => {
      throw new Error(`${placeOf(clusters, incident).deployment} is not deleted here`)
    },
    async readOutcome(_args, _before, { incident, signal }) {
      const { cluster, namespace, deployment } = placeOf(clusters, incident)
      await reads.deployment(cluster, namespace, deployment, signal)
      return { kind: 'not_done' }
    },
    verify: CLUSTER_VERIFY,
  })
}
