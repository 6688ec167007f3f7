import type { Random } from '../random.ts'
import { createZipf } from './zipf.ts'

/** Which items are asked for. */
export interface IdSettings {
  /** Ids are 1..keyspace. */
  keyspace: number
  /** Share of the item requests, 0..1, that go to the first `hotset` ids. */
  hotFrac: number
  hotset: number
  /** Above 0: ids by Zipf's law with this exponent, the first the most, instead of the hot ids. */
  zipf: number
}

/** Draws ids. */
export function createItemIds({ keyspace, hotFrac, hotset, zipf }: IdSettings): (random: Random) => number {
  if (zipf > 0) return createZipf(keyspace, zipf)
  return (random) => 1 + Math.floor(random() * (random() < hotFrac ? Math.min(hotset, keyspace) : keyspace))
}
