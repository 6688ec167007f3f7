import { expect, test } from 'vitest'
import type { ToolCall } from '../incidents/transcript.ts'
import { evidenceLine } from './evidence-line.ts'

const call = (name: string, args: object): ToolCall => ({
  id: 'call_1',
  type: 'function',
  function: { name, arguments: JSON.stringify(args) },
})

test.each([
  [
    'a log line with its function',
    'Cannot read properties of null',
    call('fetch_logs', { seconds: 60 }),
    '> Cannot read properties of null (fetch_logs)',
  ],
  [
    'a point of a series as value and time, with the query',
    '["2026-11-21T10:00:00.123Z",0.98227715]',
    call('query_prometheus', { query: 'up{job="inventory"}' }),
    '> 0.982 at 10:00:00Z (up{job="inventory"})',
  ],
  ['a large value in short', '["2026-11-21T10:00:00Z",378142720]', call('query_prometheus', { query: 'm' }), '> 378M at 10:00:00Z (m)'],
  [
    'what only looks like a point as it is',
    '["2026-11-21T10:00:00Z",null]',
    call('query_prometheus', { query: 'm' }),
    '> ["2026-11-21T10:00:00Z",null] (m)',
  ],
  [
    'a course as its first and last point',
    '{"labels":{"instance":"127.0.0.1:8001"},"points":[["2026-11-21T10:00:00Z",1.5],["2026-11-21T10:00:05Z",2],["2026-11-21T10:00:10Z",0.00912]',
    call('query_prometheus', { query: 'm' }),
    '> 127.0.0.1:8001: 1.5 at 10:00:00Z … 0.00912 at 10:00:10Z (m)',
  ],
  [
    'members of an object without quotes and braces',
    '"last_15_seconds":{"window_seconds":15,"error_rate":0.824}',
    call('compute_error_rate', {}),
    '> last_15_seconds: window_seconds 15, error_rate 0.824 (compute_error_rate)',
  ],
])('%s', (_title, quote, source, line) => {
  expect(evidenceLine({ tool_call_id: 'call_1', quote }, [source])).toBe(line)
})

test('evidence of a call that is not among those known stands without a source', () => {
  expect(evidenceLine({ tool_call_id: 'call_9', quote: 'x' }, [])).toBe('> x')
})
