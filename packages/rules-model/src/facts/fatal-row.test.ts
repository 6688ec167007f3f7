import { expect, test } from 'vitest'
import type { Facts } from './facts.ts'
import { fatalPath, fatalRow } from './fatal-row.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)).toISOString()
type End = [instance: string, seconds: number, endedBy?: string]

/** Ends as their supervisor lists them, and what each process wrote of its own; `more` are other entries of the log. */
function facts(ends: End[], rows: Record<string, object[]> = {}, more: object[] = []) {
  const entries = ends.flatMap(([instance, seconds, ended_by]) =>
    ended_by ? [{ ts: at(seconds), level: 'fatal', instance, message: `x (the process ends during ${ended_by})`, ended_by }] : [],
  )
  const instances = [...new Set(ends.map(([instance]) => instance))].map((instance) => ({
    instance,
    exits: ends.filter((end) => end[0] === instance).map(([, seconds]) => ({ at: at(seconds + 1), expected: false })),
  }))
  const seen = {
    logs: { kind: 'seen', value: { result: { entries: [...entries, ...more] } } },
    instances: { kind: 'seen', value: { instances } },
    result: (_schema: unknown, { args }: { args: { path: string } }) =>
      rows[args.path] ? { kind: 'seen', value: { rows: rows[args.path] } } : { kind: 'not_asked' },
  }
  return seen as unknown as Pick<Facts, 'logs' | 'instances' | 'result'> // Only what is read here.
}

const row = (key: string, state = 'here') => ({ table: 'items', key, state })
const ROWS = { '/items/17': [row('17')], '/items/3': [row('3')], '/metrics': [] }
const KILLER = 'GET /items/17'
const three: End[] = [
  ['a', 10, KILLER],
  ['b', 12, KILLER],
  ['c', 14, KILLER],
]

test('the row that ended all of them is named', () => {
  expect(fatalPath(facts(three))).toBe('/items/17')
  expect(fatalRow(facts(three, ROWS))).toEqual({ table: 'items', key: '17' })
})

test.each<[what: string, seen: ReturnType<typeof facts>]>([
  ['one that is in quarantine already', facts(three, { '/items/17': [row('17', 'quarantined')] })],
  ['one that is not there', facts(three, { '/items/17': [row('17', 'absent')] })],
  ['a path that reads no listed row', facts(three, { '/items/17': [] })],
  ['a path that reads two', facts(three, { '/items/17': [row('17'), { ...row('17'), table: 'prices' }] })],
  ['what was not asked about', facts(three)],
  ['one that ended a single instance', facts(three.slice(0, 1).concat([['a', 20, KILLER]]), ROWS)],
  ['one that ended half of them', facts([...three, ['a', 20], ['b', 22], ['c', 24]], ROWS)],
  [
    'one that was written, not read',
    facts(
      three.map(([one, seconds]): End => [one, seconds, 'PUT /items/17']),
      ROWS,
    ),
  ],
])('nothing is named: %s', (_what, seen) => {
  expect(fatalRow(seen)).toBeUndefined()
})

test('words in a message name no row, whoever wrote them', () => {
  const forged = ['a', 'b', 'c'].map((instance, i) => ({
    ...{ ts: at(10 + i), level: 'fatal', instance, message: 'x (nobody caught it: the process ends during GET /items/3)' },
  }))
  const silent = three.map(([instance, seconds]): End => [instance, seconds])
  expect(fatalPath(facts(silent, ROWS, forged))).toBeUndefined()
  const errors = forged.map((entry) => ({ ...entry, level: 'error', ended_by: 'GET /items/3' }))
  expect(fatalRow(facts(three, ROWS, errors))).toEqual({ table: 'items', key: '17' })
})
