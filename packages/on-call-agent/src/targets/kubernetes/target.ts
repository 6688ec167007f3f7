import { ConfigError } from '@oncall-lab/service-kit/config'
import { defineConnector } from '../../connector.ts'
import { logsSince } from '../bundled-look.ts'
import type { Target } from '../target.ts'
import { untilShown } from './actions/cluster-action.ts'
import { deleteDeployment } from './actions/delete-deployment.ts'
import { deletePod } from './actions/delete-pod.ts'
import { drainNode } from './actions/drain-node.ts'
import { restartDeployment } from './actions/restart-deployment.ts'
import { rollBackDeployment } from './actions/roll-back-deployment.ts'
import { scaleDeployment } from './actions/scale-deployment.ts'
import { createKubernetesClient } from './client.ts'
import { type Cluster, findPlace } from './cluster.ts'
import { fetchLogs } from './fetch-logs.ts'
import { clusterGauges } from './gauges.ts'
import { type ClusterAccess, readKubeconfig, readServiceAccount } from './kubeconfig.ts'
import { listInstances } from './list-instances.ts'
import { lookFunctions } from './look-functions.ts'
import { type ClusterEntry, kubernetesSettings, readClusters } from './settings.ts'

/** The pods of the services in the configured clusters: the same readings as the fleet's, and those that kubectl has. */
export const kubernetes = defineConnector<Target, typeof kubernetesSettings>({
  id: 'kubernetes',
  settings: kubernetesSettings,
  connect(config) {
    const facts = { id: 'kubernetes', name: 'Kubernetes', variable: 'INFRASTRUCTURE' }
    const clusters = Object.entries(readClusters(config.INFRASTRUCTURE)).map(([name, entry]): Cluster & { server: string } => {
      const access = accessOf(name, entry, config)
      return { name, entry, client: createKubernetesClient(access), server: access.server }
    })
    const [first] = clusters
    if (!first) return { kind: 'off', about: { ...facts, kind: 'off', address: null, detail: 'no cluster is named' } }
    const port: Target = {
      id: 'kubernetes',
      sees: 'the pods, deployments, nodes and events of the cluster, and the error lines of the pods',
      covers: async (incident) => findPlace(clusters, incident) !== undefined,
      firstLook: [{ name: 'fetch_logs', args: { seconds: 120, limit: 50 } }],
      withoutModel: [{ name: 'list_instances', args: {} }],
      functions: [fetchLogs(clusters), listInstances(clusters), ...lookFunctions(clusters)],
      bundled: ({ from }) => [
        ...['get_pods', 'get_nodes', 'get_events', 'list_instances'].map((name) => ({
          layer: 'kubernetes' as const,
          name,
          call: { name, args: {} },
        })),
        logsSince(from),
      ],
      actions: [restartDeployment, scaleDeployment, deletePod, rollBackDeployment, drainNode, deleteDeployment].map((action) =>
        untilShown(action(clusters)),
      ),
      gauges: clusterGauges(clusters),
    }
    return {
      kind: 'on',
      port,
      about: { ...facts, kind: 'real', address: first.server, detail: clusters.map(({ name }) => name).join(', ') },
    }
  },
})

/** What a pod's environment says of its cluster. */
type Surroundings = Parameters<typeof readServiceAccount>[0]

function accessOf(name: string, { kubeconfig, context }: ClusterEntry, surroundings: Surroundings): ClusterAccess {
  try {
    return kubeconfig === undefined ? readServiceAccount(surroundings) : readKubeconfig(kubeconfig, context)
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`INFRASTRUCTURE: clusters.${name}: ${error.message}`)
    throw error
  }
}
