import { expect, test } from 'vitest'
import { readWhole } from '../engine/observe.ts'
import { explainExit } from '../facts/exit-story.ts'
import { isCutResult, readFacts } from '../facts/facts.ts'
import { type Call, questionKey } from '../transcript.ts'
import { SIGNAL_IDS, type SignalId, signalOf } from './signals.ts'

const ALERT = {
  alertname: 'InventoryLatencyHigh',
  severity: 'critical',
  service: 'inventory',
  summary: '',
  labels: { service: 'inventory' },
  startsAt: Date.parse('2026-01-01T00:00:00Z'),
}
const COVER = { ok: true, window_seconds: null, complete: true, truncated: 0, errors: [] }

const called = (name: string, args: object, value: object): Call =>
  ({
    id: name,
    name,
    key: questionKey(name, args as Record<string, unknown>),
    args,
    content: JSON.stringify(value),
    outcome: { kind: 'ok', value },
  }) as unknown as Call // Only what is read.

const LOCKS = { ...COVER, database: 'shop', waiting: 0, roots: [], waits: [] }

test.each<[SignalId, string, object, string]>([
  ['lockRoot', 'get_lock_info', LOCKS, 'none'],
  ['recentChange', 'list_changes', { ...COVER, window_seconds: 3_600, changes: [] }, 'none'],
  ['running', 'list_instances', { instances: [], load_balancer: { backends: [] } }, 'none'],
])('%s says "none" of a whole answer only', (id, tool, value, level) => {
  const [question] = signalOf(id).questions(readFacts([ALERT], []))
  const args = question?.args ?? {}
  const read = (more: object) => readWhole(id, readFacts([ALERT], [called(tool, args, { ...value, ...more })]))
  expect(read({})).toMatchObject({ kind: 'seen', level })
  expect(read({ complete: false, errors: ['one part gave no answer'] })).toEqual({ kind: 'empty' })
  expect(read({ truncated: 3 })).toEqual({ kind: 'empty' })
})

test('each signal that can say "none" says it of a whole answer only, or reads one number', () => {
  // Those count in one number, or read a log whose words say how much of it was read.
  const byOneNumber: SignalId[] = ['errors', 'errorHistory', 'databaseCode']
  const saying = SIGNAL_IDS.filter(
    (id) => signalOf(id).levels.includes('none') && !byOneNumber.includes(id) && signalOf(id).source !== 'log',
  )
  const bare = saying.filter((id) => !signalOf(id).needsAll?.includes('none'))
  expect(bare).toEqual([])
})

test('sessions that wait for somebody who was not shown are not "nobody waits"', () => {
  const read = (waiting: number) => readWhole('lockRoot', readFacts([ALERT], [called('get_lock_info', {}, { ...LOCKS, waiting })]))
  expect(read(0)).toMatchObject({ kind: 'seen', level: 'none' })
  expect(read(4)).toEqual({ kind: 'empty' })
})

test.each([
  [{ truncated: 1 }, true],
  [{ left_out: 2 }, true],
  [{ complete: false }, true],
  [{ truncated: 0, complete: true }, false],
  [null, false],
])('%j leaves something out: %s', (value, is) => expect(isCutResult(value)).toBe(is))

test('that a process logged nothing before its end is said only of a log that goes back so far', () => {
  const at = (seconds: number) => new Date(ALERT.startsAt + seconds * 1_000).toISOString()
  const entry = { ts: at(0), level: 'error', instance: '127.0.0.1:8002', pid: 1, status: 500, method: 'GET', message: 'x' }
  const death = {
    instance: '127.0.0.1:8001',
    how: 'exit_code' as const,
    restarts: 1,
    state: 'running' as const,
    says: 'exit code 1',
    quote: undefined,
  }
  const told = (seconds: number, count: number) =>
    explainExit(readFacts([ALERT], [called('fetch_logs', { seconds: 120, limit: 50 }, { window_seconds: 120, count, entries: [entry] })]), {
      ...death,
      at: ALERT.startsAt + seconds * 1_000,
    })
  expect(told(-30, 1)).toContain('It logged nothing before')
  expect(told(-600, 1)).toContain('not in the part of the log that was read')
  expect(told(-30, 900)).toContain('not in the part of the log that was read')
})
