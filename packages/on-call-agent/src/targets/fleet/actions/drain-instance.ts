import { Type } from 'typebox'
import { type Action, defineAction } from '../../../actions/action.ts'
import type { ActingClient } from '../acting-client.ts'
import { checkInstance, checkTarget, refuse } from '../check-fleet.ts'
import { FLEET_VERIFY, InstanceName, portOf } from './fleet-action.ts'

/** `drain_instance`: out of the balancer, and left running for whoever wants to look at it. */
export function drainInstance(client: ActingClient): Action {
  return defineAction({
    name: 'drain_instance',
    description:
      'Takes one instance out of the balancer and leaves it running. Cures what only that instance or its way to the database has, and keeps the evidence.',
    parameters: Type.Object({ instance: InstanceName }, { additionalProperties: false }),
    level: 'medium',
    says: ({ instance }) => `Takes ${instance} out of the balancer; it keeps running and gets no requests.`,
    async check({ instance }, { incident, signal }) {
      const wrong = checkTarget(incident, instance)
      if (wrong) return wrong
      const instances = await client.instances(signal)
      const found = checkInstance(instances, instance)
      if (found.kind === 'refuse') return found
      const out = instances.find(({ drained }) => drained)
      if (out) return refuse('one_at_a_time', `One instance at a time: ${out.instance} is drained already`)
      if (found.instance.state !== 'running') return refuse('not_running', `${instance} is ${found.instance.state} and gets no requests`)
      return { kind: 'ok', simulation: `${found.others} instances go on serving without ${instance}.` }
    },
    before: async () => ({}),
    run: ({ instance }, { signal }) => client.drain(portOf(instance), signal),
    async readOutcome({ instance }, _before, { signal }) {
      const now = (await client.instances(signal)).find((each) => each.instance === instance)
      return now?.drained ? { kind: 'done', output: `${instance} is drained.` } : { kind: 'not_done' }
    },
    verify: FLEET_VERIFY,
    undo: ({ instance }, _before, { signal }) => client.undrain(portOf(instance), signal),
  })
}
