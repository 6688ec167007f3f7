import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { failure } from '../../functions/call-tool.ts'
import { defineTool } from '../../functions/tool.ts'
import { type ListedInstance, ListInstancesArgs, ListInstancesResult, summariseInstances } from '../../functions.ts'
import type { LoadBalancerClient } from './load-balancer.ts'
import type { ProcessManagerClient } from './process-manager.ts'
import { requireShop } from './shop-only.ts'

/** `list_instances`: the processes as their supervisor sees them, and the backends as the balancer sees them. */
export function listInstances(processManager: Pick<ProcessManagerClient, 'instances'>, loadBalancer: Pick<LoadBalancerClient, 'backends'>) {
  return defineTool({
    name: 'list_instances',
    description:
      'The instances of inventory with state (fatal: given up, nobody restarts it), reason, pid, start, release, restarts and last exits, and the backends that the load balancer sends to.',
    parameters: ListInstancesArgs,
    result: ListInstancesResult,
    async run(_args, { incident, signal }): Promise<ListInstancesResult> {
      requireShop(incident)
      const [instances, backends] = await Promise.all([
        processManager.instances(signal),
        loadBalancer.backends(signal).then(
          (list) => ({ backends: list }),
          (error: unknown) => failure(error instanceof LabError ? error.code : 'unknown', describeError(error)),
        ),
      ])
      return { instances: instances.map(withNewestExits), load_balancer: backends }
    },
    summarise: summariseInstances,
  })
}

const MOST_EXITS = 3

/** The supervisor remembers more exits than a reader needs. */
function withNewestExits(instance: ListedInstance): ListedInstance {
  return instance.exits ? { ...instance, exits: instance.exits.slice(-MOST_EXITS) } : instance
}
