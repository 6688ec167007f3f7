import { expect, it } from 'vitest'
import { mergeEntries, readLogEntries } from './log-entry.ts'

it.each([
  [
    '{"level":40,"time":1795986669914,"pid":7,"hostname":"vm","name":"on-call-agent","incident":"I1","msg":"alert taken"}',
    { time: '2026-11-29T21:11:09.914Z', level: 'warn', message: 'alert taken', fields: { incident: 'I1' } },
  ],
  [
    'ts=2026-11-29T21:11:27.471Z caller=main.go:1118 level=info msg="Notifier \\"x\\" stopped" address=1.2.3.4:5',
    { time: '2026-11-29T21:11:27.471Z', level: 'info', message: 'Notifier "x" stopped', fields: { address: '1.2.3.4:5' } },
  ],
  [
    'time=2026-11-29T21:11:27.471Z level=ERROR source=main.go:9 msg=stopped',
    { time: '2026-11-29T21:11:27.471Z', level: 'error', message: 'stopped', fields: {} },
  ],
  [
    '2026-11-29 21:11:27.988 UTC [24510] FATAL:  the database system is shutting down',
    { time: '2026-11-29T21:11:27.988Z', level: 'fatal', message: 'the database system is shutting down', fields: {} },
  ],
  ['{"level":30,"cut', { time: null, level: null, message: '{"level":30,"cut', fields: {} }],
])('reads %s', (line, entry) => {
  expect(readLogEntries('part', [line])).toEqual([{ part: 'part', ...entry }])
})

it('gives a line without a time that of the line before', () => {
  const [, second] = readLogEntries('part', ['2026-11-29 21:11:27.988 UTC [1] LOG:  x', '\tdetail'])
  expect(second).toMatchObject({ time: '2026-11-29T21:11:27.988Z', message: '\tdetail' })
})

it('merges logs in order of time and keeps the order within each', () => {
  const line = (time: number, msg: string) => JSON.stringify({ level: 30, time, msg })
  const one = readLogEntries('one', [line(3_000, 'c'), line(3_000, 'd'), line(9_000, 'f')])
  const other = readLogEntries('other', ['before', line(1_000, 'b'), line(5_000, 'e')])
  expect(mergeEntries([one, other]).map(({ message }) => message)).toEqual(['before', 'b', 'c', 'd', 'e', 'f'])
})
