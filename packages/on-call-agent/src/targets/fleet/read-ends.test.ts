import type { LogEntry } from '@oncall-lab/inventory/api'
import { expect, test } from 'vitest'
import type { ListedInstance } from '../../functions.ts'
import { readEnds } from './read-ends.ts'

const NOW = Date.UTC(2026, 0, 1, 12)
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString()
const exit = (seconds: number, over: object = {}) => ({ at: ago(seconds), code: 1, signal: null, expected: false, ...over })
const wrote = (instance: string, seconds: number, over: Partial<LogEntry> = {}): LogEntry => ({
  ...{ ts: ago(seconds), level: 'fatal', instance, pid: 1, message: 'x', ended_by: 'GET /items/17' },
  ...over,
})

/** What is read of these exits and entries. */
const read = (exits: Record<string, object[]>, entries: LogEntry[]) => {
  const instances = Object.entries(exits).map(([instance, all]) => ({ instance, exits: all })) as unknown as ListedInstance[] // Only what is read here.
  const sources = { processManager: { instances: async () => instances }, tailLogs: async () => ({ entries, count: entries.length }) }
  return readEnds({ ...sources, now: () => NOW }, new AbortController().signal)
}

test('each end that nobody asked for comes with what its own process wrote just before', async () => {
  const ends = await read({ a: [exit(700), exit(40), exit(20), exit(10, { expected: true })], b: [exit(30)] }, [
    wrote('a', 40),
    wrote('a', 20.5, { ended_by: 'GET /items/3' }),
    wrote('b', 20),
  ])
  expect(ends).toEqual([
    { instance: 'a', at: ago(40), endedBy: 'GET /items/17' },
    { instance: 'a', at: ago(20), endedBy: 'GET /items/3' },
    { instance: 'b', at: ago(30) },
  ])
})

test.each<[what: string, entry: LogEntry]>([
  ['of another instance', wrote('b', 20)],
  ['that is no end', wrote('a', 20, { level: 'error' })],
  [
    'that only says so in its message',
    { ts: ago(20), level: 'fatal', instance: 'a', pid: 1, message: 'the process ends during GET /items/17' },
  ],
  ['of long before', wrote('a', 45)],
  ['of afterwards', wrote('a', 15)],
])('an entry %s tells nothing of an end', async (_what, entry) => {
  expect(await read({ a: [exit(20)] }, [entry])).toEqual([{ instance: 'a', at: ago(20) }])
})
