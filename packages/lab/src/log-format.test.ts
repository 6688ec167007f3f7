import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { formatForPeople, formatForPrograms, readSince } from './log-format.ts'

const entry = {
  part: 'agent',
  time: '2026-11-29T21:11:09.914Z',
  level: 'info',
  message: 'alert taken',
  fields: { incident: 'I1', count: 2 },
}
/** No terminal, so without colours. */
const pipe = new PassThrough()

it('writes a line for people with time, part, level, message and fields', () => {
  expect(formatForPeople(entry, 7, pipe)).toBe('21:11:09.914 agent   info  alert taken  incident=I1 count=2')
})

it('writes one JSON object a line for programs', () => {
  expect(JSON.parse(formatForPrograms(entry))).toEqual({
    time: entry.time,
    part: 'agent',
    level: 'info',
    message: 'alert taken',
    incident: 'I1',
    count: 2,
  })
})

it.each([
  ['90s', '2026-01-01T00:58:30.000Z'],
  ['5m', '2026-01-01T00:55:00.000Z'],
  ['2h', '2025-12-31T23:00:00.000Z'],
  ['2026-01-01T00:30:00Z', '2026-01-01T00:30:00.000Z'],
  ['yesterday', null],
  ['', null],
])('reads --since %s', (text, at) => {
  expect(readSince(text, Date.parse('2026-01-01T01:00:00Z'))).toBe(at)
})
