import { Type } from 'typebox'
import { type Action, defineAction } from '../../../actions/action.ts'
import type { ActingClient } from '../acting-client.ts'
import { checkStill, checkTarget, isServing, refuse } from '../check-fleet.ts'
import { FLEET_VERIFY } from './fleet-action.ts'

/** `rolling_restart`: a new process for every instance, one after the other. */
export function rollingRestart(client: ActingClient): Action {
  return defineAction({
    name: 'rolling_restart',
    description:
      'Starts every instance anew, one after the other. Cures what lives in all processes, such as a password that was changed. For one instance use restart_instance.',
    parameters: Type.Object({}, { additionalProperties: false }),
    level: 'medium',
    says: () => 'Restarts all instances, one after the other; the others serve meanwhile.',
    async check(_args, { incident, signal }) {
      const wrong = checkTarget(incident)
      if (wrong) return wrong
      const instances = await client.instances(signal)
      const moving = checkStill(instances, instances)
      if (moving) return moving
      const serving = instances.filter(isServing).length
      if (serving < 2) return refuse('last_instance', `${serving} instances serve, so nobody would serve meanwhile`)
      return { kind: 'ok', simulation: `${instances.length} instances are replaced, of which ${serving} serve now.` }
    },
    async before(_args, { signal }) {
      return { ids: (await client.instances(signal)).map(({ instance_id }) => instance_id ?? '') }
    },
    run: (_args, { signal }) => client.rollingRestart(signal),
    async readOutcome(_args, before, { signal }) {
      const now = await client.instances(signal)
      const fresh = now.filter(({ instance_id }) => !before.ids.includes(instance_id ?? ''))
      if (fresh.length === 0) return { kind: 'not_done' }
      const isDone = fresh.length === now.length && now.every(({ state }) => state === 'running')
      return isDone ? { kind: 'done', output: `${fresh.length} instances run new processes.` } : { kind: 'under_way' }
    },
    verify: FLEET_VERIFY,
  })
}
