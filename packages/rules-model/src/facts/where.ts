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
