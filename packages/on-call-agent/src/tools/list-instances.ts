import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { ListInstancesArgs, type ListInstancesResult } from '../api.ts'
import type { LoadBalancerClient } from '../clients/load-balancer.ts'
import type { ProcessManagerClient } from '../clients/process-manager.ts'
import { defineTool, failure } from '../investigation/tool.ts'

/** `list_instances`: the processes as their supervisor sees them, and the backends as the balancer sees them. */
export function listInstances(processManager: ProcessManagerClient, loadBalancer: LoadBalancerClient) {
  return defineTool({
    name: 'list_instances',
    description:
      'The instances of inventory with state, pid, start, restarts and last exit, and the backends that the load balancer sends to.',
    parameters: ListInstancesArgs,
    async run(_args, { signal }): Promise<ListInstancesResult> {
      const [instances, backends] = await Promise.all([
        processManager.instances(signal),
        loadBalancer.backends(signal).then(
          (list) => ({ backends: list }),
          (error: unknown) => failure(error instanceof LabError ? error.code : 'unknown', describeError(error)),
        ),
      ])
      return { instances, load_balancer: backends }
    },
  })
}
