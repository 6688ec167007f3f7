import type { CheckDecision } from '../../actions/action.ts'
import type { Incident } from '../../api.ts'
import { SHOP_SERVICES } from '../shop.ts'
import type { FleetInstance } from './acting-client.ts'

type Refusal = Extract<CheckDecision, { kind: 'refuse' }>

/** A refusal with its reason. */
export function refuse(reason: string, message: string): Refusal {
  return { kind: 'refuse', reason, message }
}

/** The shop's own incidents, and an instance that the diagnosis names where it names any. */
export function checkTarget({ service, diagnosis }: Incident, instance?: string): Refusal | undefined {
  if (!SHOP_SERVICES.includes(service))
    return refuse('wrong_target', `The fleet holds ${SHOP_SERVICES.join(', ')}, and the incident is about ${service}`)
  const named = diagnosis?.instances ?? []
  if (instance === undefined || named.length === 0 || named.includes(instance)) return undefined
  return refuse('wrong_target', `The diagnosis names ${named.join(', ')}, not ${instance}`)
}

/** Somebody changes it; an instance that starts again and again by itself is no reason to leave it alone. */
const CHANGED = ['draining', 'stopping']

/** Nothing else moves: why not. `meant` are those that are to be changed. */
export function checkStill(instances: FleetInstance[], meant: readonly FleetInstance[]): Refusal | undefined {
  const moving = instances.find((each) => CHANGED.includes(each.state) || (each.state === 'starting' && !meant.includes(each)))
  return moving && refuse('one_at_a_time', `One instance at a time: ${moving.instance} is ${moving.state}`)
}

/** The instance, when there is one of this name, nothing else moves, and others serve without it. */
export function checkInstance(instances: FleetInstance[], name: string): { kind: 'ok'; instance: FleetInstance; others: number } | Refusal {
  const instance = instances.find((each) => each.instance === name)
  if (!instance)
    return refuse(
      'unknown_instance',
      `There is no instance ${name}; there are ${instances.map((each) => each.instance).join(', ') || 'none'}`,
    )
  const moving = checkStill(instances, [instance])
  if (moving) return moving
  const others = instances.filter((each) => each !== instance && isServing(each)).length
  if (others === 0) return refuse('last_instance', `No other instance would serve while ${name} does not`)
  return { kind: 'ok', instance, others }
}

/** It runs, and the balancer sends to it. */
export function isServing({ state, drained }: FleetInstance): boolean {
  return state === 'running' && !drained
}
