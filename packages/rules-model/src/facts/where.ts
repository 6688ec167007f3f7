import type { Facts } from './facts.ts'

/** Which instances a trouble is on. `only` names them when others of the fleet are free of it. */
export interface Whereabouts {
  kind: 'only' | 'all' | 'unknown'
  instances: string[]
  /** Instances that have traffic and no trouble. */
  spared: string[]
}

const NOWHERE: Whereabouts = { kind: 'unknown', instances: [], spared: [] }

/** Splits named readings at a tenth of the largest (or at `threshold`): an instance below has none of the trouble. */
export function splitInstances(values: { instance: string; value: number }[], threshold?: number): Whereabouts {
  const largest = Math.max(...values.map(({ value }) => value))
  if (values.length === 0 || largest <= 0) return NOWHERE
  const limit = threshold ?? largest / 10
  const names = (trouble: boolean) => values.filter(({ value }) => value >= limit === trouble).map(({ instance }) => instance)
  const [instances, spared] = [names(true).sort(), names(false).sort()]
  if (instances.length === 0) return NOWHERE
  return { kind: spared.length > 0 ? 'only' : 'all', instances, spared }
}

/** Where errors happen, by each instance's own error rate; else by the names in the log. */
export function whereErrorsAre(facts: Facts): Whereabouts {
  if (facts.rate.kind === 'seen') {
    const busy = facts.rate.value.by_instance.filter(({ requests_per_second }) => requests_per_second > 0)
    const split = splitInstances(busy.map(({ instance, error_rate }) => ({ instance, value: error_rate ?? 0 })))
    if (split.kind !== 'unknown') return split
  }
  const names = facts.logs.kind === 'seen' ? (facts.logs.value.signatures[0]?.instances ?? []) : []
  return names.length > 0 ? { kind: 'unknown', instances: names, spared: [] } : NOWHERE
}

/** The clause that says where, beginning with a blank, e.g. ` on 127.0.0.1:8002 only (not on …)`; '' when nothing is known. */
export function sayWhere({ kind, instances, spared }: Whereabouts): string {
  if (instances.length === 0) return ''
  if (kind === 'only') return ` on ${instances.join(', ')} only (not on ${spared.join(', ')})`
  return kind === 'all' && instances.length > 1 ? ` on all ${instances.length} instances` : ` on ${instances.join(', ')}`
}
