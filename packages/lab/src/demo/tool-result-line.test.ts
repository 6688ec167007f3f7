import { expect, it } from 'vitest'
import { describeToolResult } from './tool-result-line.ts'

const event = { kind: 'tool_result', tool_call_id: 'c', name: 'fetch_logs', ok: true, duration_ms: 1, result: '{"count":0}' } as const

it("tells a function's result by the agent's summary", () => {
  expect(describeToolResult({ ...event, summary: 'No error was logged in 60 s.' })).toBe('No error was logged in 60 s.')
})

it('shows a result without a summary as text, in one shortened line', () => {
  expect(describeToolResult(event)).toBe('{"count":0}')
  expect(describeToolResult({ ...event, result: `a\n${'x'.repeat(500)}` })).toMatch(/^a x{107}…$/)
})
