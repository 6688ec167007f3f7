import { createHash } from 'node:crypto'

/** The letters of generated names: no vowels, nothing that looks alike. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** The end of a generated name: `x7k2p`, always the same for a seed. */
export function suffixOf(seed: string, length = 5): string {
  const bytes = createHash('sha256').update(seed).digest()
  return Array.from({ length }, (_, at) => LETTERS[(bytes[at] ?? 0) % LETTERS.length]).join('')
}

/** A UUID, always the same for a seed. */
export function uidOf(seed: string): string {
  const hex = createHash('sha256').update(`uid ${seed}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}
