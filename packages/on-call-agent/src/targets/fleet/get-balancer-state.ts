import { describeError } from '@oncall-lab/service-kit/errors'
import { covering } from '../../coverage.ts'
import { defineTool } from '../../functions/tool.ts'
import { BalancerStateArgs, BalancerStateResult } from '../../look-functions.ts'
import type { LoadBalancerClient } from './load-balancer.ts'
import type { ProcessManagerClient } from './process-manager.ts'
import { requireShop } from './shop-only.ts'

const NO_STATE = { backends: [], available: [], panic: false, list_age_seconds: null }

/** `get_balancer_state`: whom the balancer sends to, against the instances that run. A balancer that does not answer is what was found. */
export function getBalancerState(processManager: ProcessManagerClient, loadBalancer: LoadBalancerClient) {
  return defineTool({
    name: 'get_balancer_state',
    description:
      "The load balancer's own list of backends, which of them it uses and how old the list is, against the instances that run: `gone` gets requests and does not run, `missing` runs and gets none.",
    parameters: BalancerStateArgs,
    result: BalancerStateResult,
    async run(_args, { incident, signal }): Promise<BalancerStateResult> {
      requireShop(incident)
      const [instances, state] = await Promise.all([
        processManager.instances(signal),
        loadBalancer.state(signal).catch((error: unknown) => describeError(error)),
      ])
      const running = instances.filter((each) => each.state === 'running').map(({ instance }) => instance)
      if (typeof state === 'string') return { ...covering(null, 0, [state]), reachable: false, ...NO_STATE, running, gone: [], missing: [] }
      const hosts = state.backends.map(hostOf)
      return {
        ...covering(null),
        reachable: true,
        backends: hosts,
        available: state.available.map(hostOf),
        panic: state.panic,
        list_age_seconds: state.list_age_seconds,
        running,
        gone: hosts.filter((host) => !running.includes(host)),
        missing: running.filter((instance) => !hosts.includes(instance)),
      }
    },
    summarise({ reachable, backends, gone, missing, errors }) {
      if (!reachable) return `The load balancer does not answer: ${errors[0] ?? ''}`
      const wrong = [...gone.map((each) => `${each} does not run`), ...missing.map((each) => `${each} gets no request`)]
      return `The load balancer sends to ${backends.length} backends${wrong.length > 0 ? `; ${wrong.join(', ')}` : ', those that run'}.`
    },
  })
}

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).host : address)
