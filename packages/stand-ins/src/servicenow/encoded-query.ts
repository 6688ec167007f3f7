import { type Fields, isKnown } from './record.ts'

interface Condition {
  matches(record: Fields): boolean
}

const OPERATORS: [string, (value: string, wanted: string) => boolean][] = [
  ['!=', (value, wanted) => value !== wanted],
  ['>=', (value, wanted) => value >= wanted],
  ['<=', (value, wanted) => value <= wanted],
  ['=', (value, wanted) => value.toLowerCase() === wanted.toLowerCase()],
  ['>', (value, wanted) => value > wanted],
  ['<', (value, wanted) => value < wanted],
  ['STARTSWITH', (value, wanted) => value.toLowerCase().startsWith(wanted.toLowerCase())],
  ['ENDSWITH', (value, wanted) => value.toLowerCase().endsWith(wanted.toLowerCase())],
  ['LIKE', (value, wanted) => value.toLowerCase().includes(wanted.toLowerCase())],
]

/**
 * Records that an encoded query names, in its order. As on a real instance, a part with an unknown field or without an operator is ignored and the rest applies: an invalid query may
 * give every row. `^OR` belongs to the condition before it.
 */
export function select(records: Fields[], query: string): Fields[] {
  const groups: Condition[][] = []
  const orders: { field: string; direction: 1 | -1 }[] = []
  for (const part of query.split('^').filter((each) => each !== '')) {
    const [, descending, by] = /^ORDERBY(DESC)?(\w+)$/.exec(part) ?? []
    if (by !== undefined) {
      if (isKnown(by)) orders.push({ field: by, direction: descending ? -1 : 1 })
      continue
    }
    const isOr = /^OR\w/.test(part)
    const condition = read(isOr ? part.slice(2) : part)
    if (!condition) continue
    const last = groups.at(-1)
    if (isOr && last) last.push(condition)
    else groups.push([condition])
  }
  const found = records.filter((record) => groups.every((group) => group.some(({ matches }) => matches(record))))
  return orders.reduceRight(
    (list, { field, direction }) => list.toSorted((a, b) => direction * (a[field] ?? '').localeCompare(b[field] ?? '')),
    found,
  )
}

function read(part: string): Condition | undefined {
  const field = /^[a-z_]+/.exec(part)?.[0] ?? ''
  if (!isKnown(field)) return undefined
  const rest = part.slice(field.length)
  if (rest === 'ISEMPTY') return { matches: (record) => (record[field] ?? '') === '' }
  if (rest === 'ISNOTEMPTY') return { matches: (record) => (record[field] ?? '') !== '' }
  const operator = OPERATORS.find(([sign]) => rest.startsWith(sign))
  if (!operator) return undefined
  const [sign, compare] = operator
  const wanted = rest.slice(sign.length)
  return { matches: (record) => compare(record[field] ?? '', wanted) }
}
