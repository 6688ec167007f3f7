/** Numbers in [0, 1). */
export type Random = () => number

/** The same numbers for the same seed (mulberry32: 32 bits of state, good enough to choose requests by, not for secrets). */
export function createRandom(seed: number): Random {
  return createStreams(seed)(0)
}

/**
 * A stream of numbers for each place in a row, the same for the same seed: whoever skips a place draws the same at the next.
 * A stream ends when the next one is asked for.
 */
export function createStreams(seed: number): (place: number) => Random {
  const start = scramble(seed >>> 0)
  let state = start
  const random: Random = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return (place) => {
    state = scramble((start + Math.imul(place + 1, 0x9e3779b1)) >>> 0)
    return random
  }
}

/** MurmurHash3's finalizer: neighbours end far apart. */
function scramble(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
