import { expect, test } from 'vitest'
import { readTranscript } from './transcript.ts'

const outcomeOf = (content: string) =>
  readTranscript([
    { role: 'system', content: 'x' },
    { role: 'user', content: '{"alerts":[]}' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'check_connection', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'a', content },
  ]).calls[0]?.outcome

const error = { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }

test('an error that was looked for is a result, and a function that failed is none', () => {
  const found = { ok: true, reachable: false, error }
  expect(outcomeOf(JSON.stringify(found))).toEqual({ kind: 'ok', value: found })
  expect(outcomeOf(JSON.stringify({ error }))).toEqual({ kind: 'failed', ...error })
  expect(outcomeOf(JSON.stringify({ ok: false, error }))).toEqual({ kind: 'failed', ...error })
})

const alerts = (...names: string[]) => JSON.stringify({ alerts: names.map((alertname) => ({ alertname })) })
const AGAIN = 'Nobody has written. The alert still fires, and'

test.each([
  ['the first message alone', [], ['A']],
  ['another look without alerts', [`${AGAIN} the cause is not settled`], ['A']],
  ['another look with those of now', [`${AGAIN} this is new: ${alerts('B', 'C')}`], ['B', 'C']],
  ['a look with alerts and one without', [`${AGAIN} this is new: ${alerts('B')}`, `${AGAIN} the cause is not settled`], ['B']],
])('the alerts are those that were told last: %s', (_what, later, wanted) => {
  const said = later.map((content) => ({ role: 'user' as const, content }))
  const read = readTranscript([{ role: 'system', content: 'x' }, { role: 'user', content: alerts('A') }, ...said])
  expect(read.alerts.map(({ alertname }) => alertname)).toEqual(wanted)
  expect(read.laterMessages).toEqual([])
})
