import { Type } from 'typebox'
import { type Action, type ActionContext, type CheckDecision, defineAction } from '../../../actions/action.ts'
import type { ActingClient, FleetInstance } from '../acting-client.ts'
import { checkStill, checkTarget, refuse } from '../check-fleet.ts'
import { FLEET_VERIFY, InstanceName, portOf } from './fleet-action.ts'

interface Args {
  release: string
  instances?: string[]
}

/** `deploy_release`: back to a release that ran well, on all instances or on some. */
export function deployRelease(client: ActingClient): Action {
  return defineAction({
    name: 'deploy_release',
    description:
      'Puts a release that ran well before on all instances, or on those named, one after the other. Cures a bad release: go back to the one before it.',
    parameters: Type.Object(
      {
        release: Type.String({ pattern: '^r\\d{1,4}$', description: 'e.g. r3' }),
        instances: Type.Optional(Type.Array(InstanceName, { minItems: 1, maxItems: 8, uniqueItems: true })),
      },
      { additionalProperties: false },
    ),
    level: 'high',
    says: ({ release, instances }) => `Deploys ${release} on ${instances ? instances.join(', ') : 'all instances'}, one after the other.`,
    meaning: ({ release, instances }) => ({ release, instances: instances?.toSorted() }),
    check: (args, context) => check(client, args, context),
    async before(_args, { signal }) {
      const instances = await client.instances(signal)
      return {
        current: (await client.releases(signal)).current,
        releases: instances.map(({ instance, release }) => [instance, release ?? '']),
      }
    },
    run: ({ release, instances }, { signal }) => client.deploy(release, instances?.map(portOf), signal),
    async readOutcome({ release, instances }, _before, { signal }) {
      const [all, { current }] = await Promise.all([client.instances(signal), client.releases(signal)])
      const meant = meantBy(all, instances)
      if (
        meant.length > 0 &&
        meant.every((each) => each.release === release && each.state === 'running') &&
        (instances || current === release)
      )
        return { kind: 'done', output: `${release} runs on ${meant.length} instances.` }
      const isMoving = meant.some((each) => each.state !== 'running' || each.release === release)
      return isMoving ? { kind: 'under_way' } : { kind: 'not_done' }
    },
    verify: FLEET_VERIFY,
  })
}

async function check(client: ActingClient, { release, instances }: Args, { incident, signal }: ActionContext): Promise<CheckDecision> {
  const wrong = checkTarget(incident)
  if (wrong) return wrong
  const [all, { current, releases }] = await Promise.all([client.instances(signal), client.releases(signal)])
  const unknown = instances?.find((name) => all.every((each) => each.instance !== name))
  if (unknown !== undefined) return refuse('unknown_instance', `There is no instance ${unknown}`)
  const known = releases.find((each) => each.release === release)
  if (!known)
    return refuse('unknown_release', `There is no release ${release}; there are ${releases.map((each) => each.release).join(', ')}`)
  if (!known.ran_well) return refuse('not_proven', `${release} has not run well here before`)
  const meant = meantBy(all, instances)
  if (meant.every((each) => each.release === release)) return refuse('nothing_to_do', `${release} runs there already`)
  const moving = checkStill(all, meant)
  if (moving) return moving
  return { kind: 'ok', simulation: `${current} is current; ${meant.length} instances change, one after the other.` }
}

function meantBy(all: FleetInstance[], names: string[] | undefined): FleetInstance[] {
  return names ? all.filter(({ instance }) => names.includes(instance)) : all
}
