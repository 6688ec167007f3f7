import type { Facts } from '../facts/facts.ts'
import type { SignalId } from '../signals/signals.ts'
import { readWhole } from './observe.ts'

/** What says that one instance of several has the trouble. */
const SAYING: readonly [SignalId, level: string][] = [
  ['errorInstances', 'one'],
  ['slowInstances', 'one'],
  ['errorScope', 'instance'],
]

/** The one instance of several that has the trouble, whatever its cause; undefined where several have it, or where it is not sure. */
export function theOne(facts: Facts): string | undefined {
  const { instances } = facts
  if (instances.kind !== 'seen' || instances.value.instances.length < 2) return undefined
  const named = SAYING.flatMap(([id, level]) => {
    const found = readWhole(id, facts)
    return found.kind === 'seen' && found.level === level ? (found.instances ?? []) : []
  })
  const [one, another] = [...new Set(named)]
  return another === undefined && instances.value.instances.some(({ instance }) => instance === one) ? one : undefined
}
