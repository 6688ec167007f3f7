import { STEMS } from './unit-factors.ts'

/** Every number of a text. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(/\d{1,15}(?:\.\d{1,17})?(?:e[+-]?\d{1,3})?/g)].map(([number]) => Number(number))
}

/** What can be counted in a JSON text: how long its lists are, and how many entries of a list say the same. */
export function countsIn(json: string): number[] {
  const counts = new Set<number>()
  const count = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 12) return
    if (Array.isArray(value)) {
      counts.add(value.length)
      for (const same of countsOfValues(value)) counts.add(same)
    }
    for (const each of Object.values(value)) count(each, depth + 1)
  }
  for (const line of json.split('\n')) {
    try {
      count(JSON.parse(line), 0)
    } catch {
      // Words, of which nothing is counted.
    }
  }
  return [...counts]
}

/** How many entries say the same, and how many do not; what each entry says differently is a name. */
function countsOfValues(list: unknown[]): number[] {
  const byName = new Map<string, Map<unknown, number>>()
  for (const entry of list) {
    if (typeof entry !== 'object' || entry === null) continue
    for (const [name, value] of Object.entries(entry)) {
      if (typeof value === 'object' && value !== null) continue
      const times = byName.get(name) ?? new Map<unknown, number>()
      byName.set(name, times.set(value, (times.get(value) ?? 0) + 1))
    }
  }
  return [...byName.values()].flatMap((times) =>
    times.size > list.length / 2 ? [] : [...times.values()].flatMap((count) => [count, list.length - count]),
  )
}

/** A number as it is written, with its unit and the words before it. */
export interface Figure {
  figure: string
  unit: string
  before: string
}

const HEDGE = /(?:about|around|roughly|nearly|almost|approximately|some|ca\.?|up to|~|≈)\s{0,2}$/i
/** Part of a hedged number by which it may be off. */
const HEDGED = 0.05

/** The number among those that were seen that is meant: as it is, rounded, or in another unit; "about 70 %" may be 71.4. */
export function seenNumber({ figure, unit, before }: Figure, numbers: readonly number[]): string | undefined {
  const text = /^\d{1,3}(,\d{3})+$/.test(figure) ? figure.replaceAll(',', '') : figure.replace(',', '.')
  const value = Number(text)
  // "One of two" is a way of speaking.
  if (unit === '' && Number.isInteger(value) && value <= 2) return figure
  const grain = 0.51 * 10 ** -(text.split('.')[1]?.length ?? 0)
  const off = HEDGE.test(before) ? Math.max(grain, value * HEDGED) : grain
  const factors = unit === '' ? [1] : (STEMS.find(({ stem }) => unit.toLowerCase().startsWith(stem))?.factors ?? [1])
  // A share is no whole number, except for all of it.
  const fits = (number: number, factor: number) => factor !== 100 || number <= 1 || !Number.isInteger(number)
  const found = numbers.find((number) => factors.some((factor) => fits(number, factor) && Math.abs(number * factor - value) <= off))
  return found === undefined ? undefined : String(found)
}
