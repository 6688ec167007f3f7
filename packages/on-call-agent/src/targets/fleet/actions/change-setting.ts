import { type Static, Type } from 'typebox'
import { type Action, type ActionContext, type CheckDecision, defineAction } from '../../../actions/action.ts'
import type { ActingClient, FleetInstance, FleetSetting } from '../acting-client.ts'
import { checkStill, checkTarget, isServing, refuse } from '../check-fleet.ts'
import { FLEET_VERIFY, InstanceName, portOf } from './fleet-action.ts'

const Args = Type.Object(
  {
    component: Type.String({ pattern: '^[a-z][a-z-]{0,30}$', description: 'As list_changes names it, e.g. inventory.' }),
    setting: Type.String({ pattern: '^[A-Za-z][A-Za-z_]{0,39}$' }),
    value: Type.String({ pattern: '^[\\w.-]{1,40}$', description: 'What it was before its last change.' }),
    instances: Type.Optional(
      Type.Array(InstanceName, { minItems: 1, maxItems: 8, uniqueItems: true, description: 'Where it was changed on some only.' }),
    ),
  },
  { additionalProperties: false },
)
type Args = Static<typeof Args>

/** `change_setting`: takes the last change of a setting back, and nothing else. */
export function changeSetting(client: ActingClient): Action {
  return defineAction({
    name: 'change_setting',
    description:
      'Takes the last change of a setting back: the value that it had before, there where it was changed. Cures a setting that was changed wrongly.',
    parameters: Args,
    level: 'high',
    says: ({ component, setting, value, instances }) =>
      `Sets ${setting} of ${component} back to ${value}${instances ? ` on ${instances.join(', ')}` : ''}${component === 'inventory' ? '; the instances are restarted for it, one after the other' : ''}.`,
    meaning: ({ instances, ...rest }) => ({ ...rest, instances: instances?.toSorted() }),
    check: (args, context) => check(client, args, context),
    async before(args, { signal }) {
      const [instances, setting] = await Promise.all([client.instances(signal), settingOf(client, args, signal)])
      return { ids: meantBy(instances, args).map(({ instance_id }) => instance_id ?? ''), value: setting && valueIn(setting, args) }
    },
    run: (args, { signal }) => client.set(changeOf(args, args.value), signal),
    async readOutcome(args, before, { signal }) {
      const [instances, setting] = await Promise.all([client.instances(signal), settingOf(client, args, signal)])
      if (!setting || valueIn(setting, args) !== args.value) return { kind: 'not_done' }
      const meant = meantBy(instances, args)
      const isUsed = meant.every(({ state, instance_id }) => state === 'running' && !before.ids.includes(instance_id ?? ''))
      return isUsed ? { kind: 'done', output: `${args.setting} is ${args.value} again.` } : { kind: 'under_way' }
    },
    verify: FLEET_VERIFY,
    undo: (args, { value }, { signal }) => client.set(changeOf(args, value ?? args.value), signal),
  })
}

async function check(client: ActingClient, args: Args, { incident, signal }: ActionContext): Promise<CheckDecision> {
  const wrong = checkTarget(incident)
  if (wrong) return wrong
  const setting = await settingOf(client, args, signal)
  const name = `${args.component} ${args.setting}`
  if (!setting?.last_change) return refuse('unknown_setting', `Nobody has changed a setting ${name}`)
  const { from, ports } = setting.last_change
  const [made, meant] = [ports?.toSorted().join(), args.instances?.map(portOf).toSorted().join()]
  if (args.value !== from || made !== meant)
    return refuse('not_the_last_change', `The last change of ${name} was from ${from} ${made === undefined ? 'everywhere' : `on ${made}`}`)
  if (valueIn(setting, args) === args.value) return refuse('nothing_to_do', `${name} is ${args.value} already`)
  const instances = await client.instances(signal)
  const touched = meantBy(instances, args)
  const moving = checkStill(instances, touched)
  if (moving) return moving
  const others = instances.filter((each) => isServing(each) && !(touched.length === 1 && touched.includes(each))).length
  if (touched.length > 0 && others < (touched.length === 1 ? 1 : 2))
    return refuse('last_instance', `${others} instances would serve meanwhile`)
  return { kind: 'ok', simulation: `${name} goes back to ${args.value}; ${touched.length} instances are restarted for it.` }
}

async function settingOf(client: ActingClient, { component, setting }: Args, signal: AbortSignal): Promise<FleetSetting | undefined> {
  return (await client.settings(signal)).find((each) => each.component === component && each.setting === setting)
}

/** The value there where it was changed. */
function valueIn({ value, ports }: FleetSetting, { instances }: Args): string {
  const [port] = (instances ?? []).map(portOf)
  return ports.find((each) => each.port === port)?.value ?? value
}

/** The instances that are restarted for it. */
function meantBy(all: FleetInstance[], { component, instances }: Args): FleetInstance[] {
  if (component !== 'inventory') return []
  return instances ? all.filter(({ instance }) => instances.includes(instance)) : all
}

function changeOf({ component, setting, instances }: Args, value: string) {
  return { component, setting, value, ports: instances?.map(portOf) }
}
