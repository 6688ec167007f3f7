import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }

/** A number that the seed chooses: as it stands, out of a range, or one of a list. */
export const ChosenNumber = Type.Union([
  Type.Number(),
  Type.Object({ between: Type.Tuple([Type.Number(), Type.Number()]) }, closed),
  Type.Object({ pick: Type.Array(Type.Number(), { minItems: 1 }) }, closed),
])
export type ChosenNumber = Static<typeof ChosenNumber>

/** A source of numbers from 0 to 1, the same for the same seed. */
export type Random = () => number

/** mulberry32 (https://github.com/cprosche/mulberry32, public domain): 32 bits of state, good enough to vary a drill. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Whole numbers where both ends are whole, else two decimals. */
export function choose(chosen: ChosenNumber, random: Random): number {
  if (typeof chosen === 'number') return chosen
  if ('pick' in chosen) return pickFrom(chosen.pick, random)
  const [least, most] = chosen.between
  if (Number.isInteger(least) && Number.isInteger(most)) return least + Math.floor(random() * (most - least + 1))
  return Number((least + random() * (most - least)).toFixed(2))
}

/** @throws RangeError for an empty list. */
export function pickFrom<T>(list: readonly T[], random: Random): T {
  const found = list[Math.floor(random() * list.length)]
  if (found === undefined) throw new RangeError('There is nothing to pick from')
  return found
}
