import type { Facts } from '../facts/facts.ts'
import type { SignalId } from '../signals/signals.ts'
import { readWhole } from './observe.ts'

/** What says that one instance of several has the trouble. */
const SAYING: readonly [SignalId, level: string][] = [
  ['errorInstances', 'one'],
  ['slowInstances', 'one'],
  ['errorScope', 'instance'],
]

/** The one instance of several that has the trouble, whatever its cause; undefined where several have it, where it is not sure, and where the balancer sends to it no more: then it hurts nobody. */
export function theOne(facts: Facts): string | undefined {
  const { instances } = facts
  if (instances.kind !== 'seen' || instances.value.instances.length < 2) return undefined
  const named = SAYING.flatMap(([id, level]) => {
    const found = readWhole(id, facts)
    return found.kind === 'seen' && found.level === level ? (found.instances ?? []) : []
  })
  const [one, another] = [...new Set(named)]
  const found = another === undefined ? instances.value.instances.find(({ instance }) => instance === one) : undefined
  return found && !isOut(found.instance, facts) ? found.instance : undefined
}

/** It runs, and the balancer sends to others only. */
export function isOut(name: string, { instances }: Facts): boolean {
  if (instances.kind !== 'seen' || !('backends' in instances.value.load_balancer)) return false
  const { backends } = instances.value.load_balancer
  const isRunning = instances.value.instances.some(({ instance, state }) => instance === name && state === 'running')
  return isRunning && backends.length > 0 && !backends.some((each) => each.endsWith(`//${name}`))
}
