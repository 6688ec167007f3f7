/** Shares, 0..1, of the requests to the shop; reads of single items are the rest. */
export interface Mix {
  /** Pages of the list; a read of an item on it follows. */
  list: number
  put: number
  reserve: number
  /** Reads of items that do not exist. */
  unknown: number
}

/**
 * The shares as they are used: those that a person gave stand, the others shrink alike when together they would pass 1.
 * Undefined when the given ones pass 1 on their own.
 */
export function settleMix(shares: Mix, isGiven: (share: keyof Mix) => boolean): Mix | undefined {
  const names = ['list', 'put', 'reserve', 'unknown'] as const
  const sum = (of: readonly (keyof Mix)[]) => of.reduce((total, name) => total + shares[name], 0)
  const left = 1 - sum(names.filter(isGiven))
  if (left < -1e-9) return undefined
  const wanted = sum(names.filter((name) => !isGiven(name)))
  const shrink = wanted > left ? Math.max(0, left) / wanted : 1
  const settle = (name: keyof Mix) => (isGiven(name) ? shares[name] : shares[name] * shrink)
  return { list: settle('list'), put: settle('put'), reserve: settle('reserve'), unknown: settle('unknown') }
}
