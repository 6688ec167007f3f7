import { FindRowResult } from '@oncall-lab/on-call-agent/database-functions'
import type { Facts } from './facts.ts'
import type { Question } from './metric-queries.ts'

const WROTE_BEFORE_MS = 10_000
const CLOCK_MS = 1_000
const FEWEST_INSTANCES = 2
const MOST_OF_THEM = 0.8

/**
 * The path that nearly all processes ended by, on two instances at least: by the request that each wrote as the one whose work ended it. Words in a message are nobody's testimony: a customer may have chosen
 * them. Undefined where there is none.
 */
export function fatalPath({ logs, instances }: Pick<Facts, 'logs' | 'instances'>): string | undefined {
  if (logs.kind !== 'seen' || instances.kind !== 'seen') return undefined
  const { entries } = logs.value.result
  const ends = instances.value.instances.flatMap(({ instance, exits = [] }) =>
    exits
      .filter(({ expected }) => !expected)
      .map(({ at }) => {
        const own = entries.filter((entry) => entry.instance === instance && entry.level === 'fatal')
        const last = own.findLast(({ ts }) => {
          const before = Date.parse(at) - Date.parse(ts)
          return before >= -CLOCK_MS && before <= WROTE_BEFORE_MS
        })
        return { instance, by: last?.ended_by }
      }),
  )
  for (const [by, its] of Map.groupBy(ends, (end) => end.by)) {
    const on = new Set(its.map(({ instance }) => instance)).size
    if (by?.startsWith('GET ') && on >= FEWEST_INSTANCES && its.length >= MOST_OF_THEM * ends.length) return by.slice('GET '.length)
  }
  return undefined
}

/** Which row that path reads. */
export function fatalRowQuestions(facts: Pick<Facts, 'logs' | 'instances'>): Question[] {
  const path = fatalPath(facts)
  return path === undefined ? [] : [{ tool: 'find_row', args: { path } }]
}

/** The one row that is there and that the path reads; undefined where it reads several, or none that may be set aside. */
export function fatalRow(facts: Pick<Facts, 'logs' | 'instances' | 'result'>): { table: string; key: string } | undefined {
  const rows = fatalRowQuestions(facts).flatMap((question) => {
    const reading = facts.result(FindRowResult, question)
    return reading.kind === 'seen' ? reading.value.rows.filter(({ state }) => state === 'here') : []
  })
  const [only, another] = rows
  return only && another === undefined ? { table: only.table, key: only.key } : undefined
}
