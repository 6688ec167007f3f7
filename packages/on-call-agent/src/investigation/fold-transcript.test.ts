import { expect, test } from 'vitest'
import { FIRST_LOOK } from '../../test-parts/scripted-model.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { foldTranscript } from './fold-transcript.ts'

const result = (id: string, chars: number): ChatMessage => ({ role: 'tool', tool_call_id: id, content: 'x'.repeat(chars) })
const transcript = [{ role: 'user' as const, content: 'alert' }, FIRST_LOOK, result('call_logs', 20_000), result('call_rate', 20_000)]

test('a transcript that fits is sent as it is', () => {
  expect(foldTranscript(transcript, 50_000)).toEqual(transcript)
})

test('the oldest results are folded first, and every call keeps a result', () => {
  const folded = foldTranscript(transcript, 30_000)
  expect(folded.map(({ role }) => role)).toEqual(transcript.map(({ role }) => role))
  expect(folded[2]?.content).toContain('left out')
  expect(folded[3]).toEqual(transcript[3])
  expect(JSON.stringify(foldTranscript(transcript, 0)).length).toBeLessThan(1_000)
})
