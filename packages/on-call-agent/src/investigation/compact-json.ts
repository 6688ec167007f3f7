/** How many members of each list are kept, and of each text so many characters; tried one after the other. */
const STEPS: readonly (readonly [items: number, chars: number])[] = [
  [20, 600],
  [10, 300],
  [6, 200],
  [3, 160],
  [2, 120],
  [1, 80],
]
/** Nobody reads what lies deeper. */
const DEEPEST = 12

/**
 * A JSON text of at most so many bytes, as it stands within another JSON text: long lists and texts are cut, and each cut says how much is left out. Of a list that goes
 * by time the newest members stay, of any other the first. What cannot be made so short, or is no JSON, is undefined.
 */
export function compactJson(text: string, bytes: number): string | undefined {
  const value = parse(text)
  if (value === undefined) return undefined
  for (const [items, chars] of STEPS) {
    const shorter = JSON.stringify(cut(value, { items, chars }, 0))
    if (wireBytes(shorter) <= bytes) return shorter
  }
  return undefined
}

/** Its quotes are escaped there. */
export const wireBytes = (text: string) => Buffer.byteLength(JSON.stringify(text))

interface Kept {
  items: number
  chars: number
}

function cut(value: unknown, kept: Kept, depth: number): unknown {
  if (typeof value === 'string') return value.length <= kept.chars ? value : `${value.slice(0, kept.chars).toWellFormed()}…`
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return '…'
  if (Array.isArray(value)) return cutList(value, kept, depth)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cut(each, kept, depth + 1)]))
}

function cutList(list: unknown[], kept: Kept, depth: number): unknown[] {
  const left = list.length - kept.items
  const shown = (left <= 0 ? list : isByTime(list) ? list.slice(-kept.items) : list.slice(0, kept.items)).map((each) =>
    cut(each, kept, depth + 1),
  )
  if (left <= 0) return shown
  const note = `… ${left} more`
  return isByTime(list) ? [note, ...shown] : [...shown, note]
}

/** Points, and entries of a log: the oldest first. */
function isByTime(list: unknown[]): boolean {
  const [first, last] = [timeOf(list[0]), timeOf(list.at(-1))]
  return first !== undefined && last !== undefined && first <= last
}

function timeOf(value: unknown): string | undefined {
  const time: unknown = Array.isArray(value)
    ? value[0]
    : typeof value === 'object' && value !== null && 'ts' in value
      ? value.ts
      : undefined
  return typeof time === 'string' && /^\d{4}-\d\d-\d\dT/.test(time) ? time : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
