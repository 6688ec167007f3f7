import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { failure } from '../../functions/call-tool.ts'
import { defineTool, type Tool } from '../../functions/tool.ts'
import { ListInstancesArgs, ListInstancesResult, summariseInstances } from '../../functions.ts'
import { type Cluster, podsOf, reads, requirePlace } from './cluster.ts'
import { instanceOf } from './pod-instance.ts'

/** `list_instances`: the pods of the service as its instances, and the addresses that its endpoints send to. */
export function listInstances(clusters: readonly Cluster[]): Tool {
  return defineTool({
    name: 'list_instances',
    description:
      'The pods of the service as instances with state (backoff: its container waits to be restarted), reason, start, release (the image tag), restarts and last exit, and the ready addresses of its endpoints.',
    parameters: ListInstancesArgs,
    result: ListInstancesResult,
    async run(_args, { incident, signal }): Promise<ListInstancesResult> {
      const place = requirePlace(clusters, incident)
      const [pods, backends] = await Promise.all([
        podsOf(place, signal),
        readyAddresses(place.cluster, place.namespace, signal).then(
          (list) => ({ backends: list }),
          (error: unknown) => failure(error instanceof LabError ? error.code : 'unknown', describeError(error)),
        ),
      ])
      return { instances: pods.map(instanceOf).toSorted((a, b) => (a.instance < b.instance ? -1 : 1)), load_balancer: backends }
    },
    summarise: summariseInstances,
  })
}

async function readyAddresses(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<string[]> {
  const { items } = await reads.endpoints(cluster, namespace, signal)
  return items.flatMap(({ subsets = [] }) =>
    subsets.flatMap(({ addresses = [], ports = [] }) => addresses.flatMap(({ ip }) => ports.map(({ port }) => `http://${ip}:${port}`))),
  )
}
