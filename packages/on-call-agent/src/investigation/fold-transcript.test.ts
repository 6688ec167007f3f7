import { expect, test } from 'vitest'
import { call, calls, FIRST_LOOK } from '../../test-parts/scripted-model.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { foldTranscript } from './fold-transcript.ts'

const result = (id: string, chars: number): ChatMessage => ({ role: 'tool', tool_call_id: id, content: 'x'.repeat(chars) })
const transcript = [{ role: 'user' as const, content: 'alert' }, FIRST_LOOK, result('call_logs', 20_000), result('call_rate', 20_000)]

test('a transcript that fits is sent as it is', () => {
  expect(foldTranscript(transcript, 50_000)).toEqual(transcript)
})

test('results that were read are cut to their beginning, and every call keeps a result', () => {
  const read = [...transcript, FIRST_LOOK, result('call_logs', 5_000)]
  const folded = foldTranscript(read, 30_000)
  expect(folded.map(({ role }) => role)).toEqual(read.map(({ role }) => role))
  expect(JSON.parse(folded[2]?.content ?? '')).toEqual({ beginning: expect.stringMatching(/^x{2999}…$/), left_out_characters: 17_000 })
  expect(folded[3]).toEqual(read[3])
  expect(folded.at(-1)).toEqual(read.at(-1))
})

test('what was not read yet is cut last', () => {
  const folded = foldTranscript([...transcript, FIRST_LOOK, result('call_logs', 20_000)], 21_000)
  expect(folded[2]?.content).toContain('left out')
  expect(folded[3]?.content).toContain('left out')
  expect(folded.at(-1)?.content).toHaveLength(20_000)
})

test('24 results of 24 kB each fit into 24 kB', () => {
  const many = Array.from({ length: 12 }, () => [FIRST_LOOK, result('call_logs', 24_000), result('call_rate', 24_000)]).flat()
  const folded = foldTranscript([{ role: 'user', content: 'alert' }, ...many], 24_000)
  expect(folded.reduce((sum, { content }) => sum + (content?.length ?? 0), 0)).toBeLessThanOrEqual(24_000)
  expect(folded.at(-1)?.content).toContain('beginning')
})

test('endless words and arguments of earlier answers are cut', () => {
  const endless = { ...calls(call('c', 'fetch_logs', `{"a":"${'x'.repeat(60_000)}"}`)), content: 'y'.repeat(16_000) }
  const folded = foldTranscript(
    [{ role: 'user', content: 'alert' }, endless, result('c', 100), FIRST_LOOK, result('call_logs', 100)],
    24_000,
  )
  expect(JSON.stringify(folded).length).toBeLessThan(4_000)
  expect(folded[1]).toMatchObject({ tool_calls: [{ id: 'c', function: { name: 'fetch_logs', arguments: '{"left_out":true}' } }] })
})
