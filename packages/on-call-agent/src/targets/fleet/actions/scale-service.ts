import { Type } from 'typebox'
import { type Action, defineAction } from '../../../actions/action.ts'
import type { ActingClient, FleetInstance } from '../acting-client.ts'
import { checkTarget, refuse } from '../check-fleet.ts'
import { FLEET_VERIFY } from './fleet-action.ts'

const FEWEST = 2
const MOST = 8

/** `scale_service`: one instance more or less, within 2 to 8. */
export function scaleService(client: ActingClient): Action {
  return defineAction({
    name: 'scale_service',
    description: `One instance more or less, ${FEWEST} to ${MOST} in all. Cures a load that the present instances cannot carry.`,
    parameters: Type.Object({ replicas: Type.Integer({ minimum: FEWEST, maximum: MOST }) }, { additionalProperties: false }),
    level: 'medium',
    says: ({ replicas }) => `Scales the shop to ${replicas} instances.`,
    async check({ replicas }, { incident, signal }) {
      const wrong = checkTarget(incident)
      if (wrong) return wrong
      const now = wantedOf(await client.instances(signal))
      if (Math.abs(replicas - now) !== 1) return refuse('out_of_range', `One instance at a time: there are ${now}, so not ${replicas}`)
      return { kind: 'ok', simulation: `There are ${now} instances now.` }
    },
    before: async (_args, { signal }) => ({ replicas: wantedOf(await client.instances(signal)) }),
    run: ({ replicas }, { signal }) => client.scale(replicas, signal),
    async readOutcome({ replicas }, _before, { signal }) {
      const instances = await client.instances(signal)
      if (wantedOf(instances) !== replicas) return { kind: 'not_done' }
      if (instances.some(({ state }) => state === 'starting')) return { kind: 'under_way' }
      return { kind: 'done', output: `There are ${replicas} instances.` }
    },
    verify: FLEET_VERIFY,
    undo: (_args, { replicas }, { signal }) => client.scale(replicas, signal),
  })
}

/** What goes does not count. */
function wantedOf(instances: FleetInstance[]): number {
  return instances.filter(({ state, drained }) => state !== 'stopping' && (state !== 'draining' || drained === true)).length
}
