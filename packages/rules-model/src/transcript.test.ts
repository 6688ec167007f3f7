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
