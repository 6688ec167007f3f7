import { Type } from 'typebox'
import { type Action, defineAction } from '../../../actions/action.ts'
import type { ActingClient } from '../acting-client.ts'
import { checkInstance, checkTarget } from '../check-fleet.ts'
import { FLEET_VERIFY, InstanceName, portOf } from './fleet-action.ts'

/** `restart_instance`: out of the balancer, a new process, back into it. */
export function restartInstance(client: ActingClient): Action {
  return defineAction({
    name: 'restart_instance',
    description:
      'Takes one instance out of the balancer and starts its process anew. Cures what lives in that process: a hang, a leak, a broken connection.',
    parameters: Type.Object({ instance: InstanceName }, { additionalProperties: false }),
    level: 'medium',
    says: ({ instance }) => `Restarts ${instance}; the others serve meanwhile.`,
    async check({ instance }, { incident, signal }) {
      const wrong = checkTarget(incident, instance)
      if (wrong) return wrong
      const found = checkInstance(await client.instances(signal), instance)
      if (found.kind === 'refuse') return found
      return { kind: 'ok', simulation: `${instance} is ${found.instance.state}; ${found.others} others serve while it restarts.` }
    },
    async before({ instance }, { signal }) {
      const found = (await client.instances(signal)).find((each) => each.instance === instance)
      return { instance_id: found?.instance_id ?? null }
    },
    run: ({ instance }, { signal }) => client.restart(portOf(instance), signal),
    async readOutcome({ instance }, before, { signal }) {
      const now = (await client.instances(signal)).find((each) => each.instance === instance)
      if (now?.state !== 'running') return { kind: 'under_way' }
      // A new process has a new id.
      if (now.instance_id === before.instance_id) return { kind: 'not_done' }
      return { kind: 'done', output: `${instance} runs a new process.` }
    },
    verify: FLEET_VERIFY,
  })
}
