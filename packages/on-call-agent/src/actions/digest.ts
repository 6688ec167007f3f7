import { createHash } from 'node:crypto'
import type { ActionLevel } from '../api.ts'
import type { ActionPolicy } from './policy.ts'

/** What an approval is bound to. */
interface Bound {
  incidentId: string
  action: string
  args: unknown
  level: ActionLevel
  policy: Pick<ActionPolicy, 'mode' | 'minConfidence'>
}

/** sha256 over incident, action, arguments and policy: whatever of it changes, an approval no longer fits. */
export function digestOf({ incidentId, action, args, level, policy: { mode, minConfidence } }: Bound): string {
  return createHash('sha256')
    .update(canonical([incidentId, action, args, level, mode, minConfidence]))
    .digest('hex')
}

/** Whether two actions are the same in name and arguments. */
export function isSameAction(a: { action: string; arguments: unknown }, b: { action: string; arguments: unknown }): boolean {
  return a.action === b.action && canonical(a.arguments) === canonical(b.arguments)
}

/** JSON with the names of each object in one order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`)
  return `{${members.join(',')}}`
}
