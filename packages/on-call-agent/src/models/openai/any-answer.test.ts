import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { createAnyJson } from '../../../test-parts/any-json.ts'
import { brokenOrder } from '../../../test-parts/scripted-model.ts'
import { type ChatMessage, Transcript } from '../../incidents/transcript.ts'
import { readAnswer } from './read-answer.ts'
import { asCompletion } from './responses-api.ts'
import { wireTranscript } from './wire-transcript.ts'

const Call = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9]{9}$' }),
  type: Type.Literal('function'),
  function: Type.Object({ name: Type.String({ minLength: 1, maxLength: 64 }), arguments: Type.String() }),
})
const Answer = Type.Object({
  role: Type.Literal('assistant'),
  content: Type.Union([Type.String(), Type.Null()]),
  tool_calls: Type.Optional(Type.Array(Call, { minItems: 1 })),
})

const CALLS = [1, 2].map((n) => ({ id: 'c', type: 'function', function: { name: 'fetch_logs', arguments: `{"seconds":${n}}` } }))
const COMPLETION = {
  choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: 'I look.', tool_calls: CALLS } }],
}
const RESPONSE = {
  status: 'completed',
  output: [
    { type: 'reasoning', summary: [] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
    ...CALLS.map(({ function: { name, arguments: json } }) => ({ type: 'function_call', call_id: 'c', name, arguments: json })),
  ],
}

test.each<[string, unknown, (value: unknown) => unknown]>([
  ['Chat Completions', COMPLETION, (value) => value],
  ['the Responses API', RESPONSE, asCompletion],
])('4,000 answers of any JSON by %s leave a transcript that keeps the protocol', (_api, proper, toCompletion) => {
  const { random, pick, value, mutate } = createAnyJson(11)
  let read = 0
  let transcript: ChatMessage[] = []
  for (let i = 0; i < 4_000; i += 1) {
    if (i % 12 === 0)
      transcript = [
        { role: 'system', content: 's' },
        { role: 'user', content: 'u' },
      ]
    const body = random() < 0.3 ? value() : mutate(random() < 0.5 ? mutate(proper) : proper)
    const answer = readAnswer(toCompletion(body), { turn: transcript.length, offered: ['fetch_logs', 'send_diagnosis'] })
    if (answer.kind !== 'answer') continue
    read += 1
    const adopted = new Transcript(transcript).adopt(answer.message)
    expect(Value.Errors(Answer, adopted), JSON.stringify(body)).toEqual([])
    const ids = (adopted.tool_calls ?? []).map(({ id }) => id)
    expect(new Set(ids).size, JSON.stringify(body)).toBe(ids.length)
    // Some calls are answered, some not, some twice, and some results are of nobody's call.
    const results = [...ids, 'nobody', pick(ids.length > 0 ? ids : ['x'])].filter(() => random() < 0.7)
    const added = [
      adopted,
      ...results.map((tool_call_id): ChatMessage => ({ role: 'tool', tool_call_id, content: JSON.stringify(value()) })),
    ]
    transcript.push(...new Transcript(transcript).completed(added))
    const wire = wireTranscript(new Transcript(transcript).closed())
    expect(brokenOrder(wire), JSON.stringify(body)).toBeUndefined()
  }
  expect(read).toBeGreaterThan(500)
})
