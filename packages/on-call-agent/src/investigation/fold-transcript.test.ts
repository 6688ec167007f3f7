import { expect, test } from 'vitest'
import { call, calls, FIRST_LOOK } from '../../test-parts/scripted-model.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { foldTranscript } from './fold-transcript.ts'

const entries = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    ts: new Date(1_764_500_000_000 + i * 1_000).toJSON(),
    message: `error ${i} ${'x'.repeat(60)}`,
  }))
const logs = (count: number) => JSON.stringify({ window_seconds: 120, count, entries: entries(count) })
const result = (id: string, content: string): ChatMessage => ({ role: 'tool', tool_call_id: id, content })
const opening: ChatMessage = { role: 'user', content: 'alert' }
const sizeOf = (messages: ChatMessage[]) => Buffer.byteLength(JSON.stringify(messages))

test('a transcript that fits is sent as it is', () => {
  const transcript = [opening, FIRST_LOOK, result('call_logs', logs(40)), result('call_rate', '{}')]
  expect(foldTranscript(transcript, 50_000)).toEqual(transcript)
})

test('results that were read are sent in short, with the newest of what goes by time, and every call keeps a result', () => {
  const read = [opening, FIRST_LOOK, result('call_logs', logs(60)), result('call_rate', '{}'), FIRST_LOOK, result('call_logs', logs(10))]
  const folded = foldTranscript(read, 5_000)
  expect(folded.map(({ role }) => role)).toEqual(read.map(({ role }) => role))
  expect(sizeOf(folded)).toBeLessThanOrEqual(5_000)
  const short: unknown = JSON.parse(folded[2]?.content ?? '')
  expect(short).toMatchObject({ window_seconds: 120, count: 60 })
  expect(folded[2]?.content).toMatch(/… \d+ more/)
  expect(folded[2]?.content).toContain('error 59 ')
  expect(folded.at(-1)).toEqual(read.at(-1))
})

test('what was not read yet is cut last, and no result has more than 4 KB', () => {
  const folded = foldTranscript([opening, FIRST_LOOK, result('call_logs', logs(200)), FIRST_LOOK, result('call_rate', logs(200))], 5_000)
  expect(Buffer.byteLength(folded[2]?.content ?? '')).toBeLessThan(1_000)
  expect(Buffer.byteLength(folded.at(-1)?.content ?? '')).toBeLessThanOrEqual(4_000)
  expect(Buffer.byteLength(folded.at(-1)?.content ?? '')).toBeGreaterThan(1_500)
})

test('with twelve results at once each still says something, within what is aimed at', () => {
  const ids = Array.from({ length: 12 }, (_, i) => `c${i}`)
  const asked = calls(...ids.map((id) => call(id, 'query_prometheus', { query: 'sum by (instance) (rate(http_requests_total[1m]))' })))
  const folded = foldTranscript(
    [opening, FIRST_LOOK, result('call_logs', logs(60)), result('call_rate', '{}'), asked, ...ids.map((id) => result(id, logs(20)))],
    12_000,
  )
  expect(sizeOf(folded)).toBeLessThanOrEqual(12_000)
  for (const { content } of folded.slice(-12)) expect(content).toContain('error 19 ')
})

test('24 results of 24 kB each are no more than twice what is aimed at', () => {
  const many = Array.from({ length: 12 }, () => [FIRST_LOOK, result('call_logs', logs(240)), result('call_rate', logs(240))]).flat()
  expect(sizeOf(foldTranscript([opening, ...many], 12_000))).toBeLessThanOrEqual(24_000)
})

test('a result that is no JSON is cut to its beginning', () => {
  const folded = foldTranscript([opening, FIRST_LOOK, result('call_logs', 'y'.repeat(30_000))], 6_000)
  expect(JSON.parse(folded.at(-1)?.content ?? '')).toMatchObject({ beginning: expect.stringMatching(/^y+…$/), left_out_characters: 30_000 })
})

test('endless words and arguments of earlier answers are cut', () => {
  const endless = { ...calls(call('c', 'fetch_logs', `{"a":"${'x'.repeat(60_000)}"}`)), content: 'y'.repeat(16_000) }
  const folded = foldTranscript([opening, endless, result('c', '{}'), FIRST_LOOK, result('call_logs', '{}')], 24_000)
  expect(JSON.stringify(folded).length).toBeLessThan(4_000)
  const [first] = folded[1]?.role === 'assistant' ? (folded[1].tool_calls ?? []) : []
  expect(JSON.parse(first?.function.arguments ?? '')).toEqual({ a: expect.stringMatching(/^x{40,600}…$/) })
})
