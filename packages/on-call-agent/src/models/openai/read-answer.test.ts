import { describe, expect, test } from 'vitest'
import { ANSWER_LIMITS } from '../answer-limits.ts'
import { readAnswer } from './read-answer.ts'

const OFFERED = ['fetch_logs', 'compute_error_rate', 'send_diagnosis']
const read = (message: unknown, finish_reason = 'stop', turn = 3) =>
  readAnswer({ choices: [{ index: 0, finish_reason, message }] }, { turn, offered: OFFERED })
const functions = (message: unknown) => {
  const answer = read(message)
  return answer.kind === 'answer'
    ? (answer.message.tool_calls ?? []).map(({ function: { name, arguments: args } }) => [name, JSON.parse(args)])
    : answer
}
const args = { seconds: 60, limit: 20 }
const call = { name: 'fetch_logs', arguments: JSON.stringify(args) }

describe('a call of fetch_logs, in whatever shape', () => {
  test.each([
    ['as it should be', { content: null, tool_calls: [{ id: 'abc', type: 'function', function: call }] }],
    ['arguments as an object', { tool_calls: [{ id: 'abc', type: 'function', function: { ...call, arguments: args } }] }],
    ['without a type', { tool_calls: [{ id: 'abc', function: call }] }],
    ['without an id', { tool_calls: [{ type: 'function', function: call }] }],
    ['with a number as id', { tool_calls: [{ id: 0, function: call }] }],
    ['one call instead of a list', { tool_calls: { id: 'abc', function: call } }],
    ['without the function around it', { tool_calls: [{ id: 'abc', ...call }] }],
    ['in the old form', { content: null, function_call: call }],
    ['arguments as text within a text', { tool_calls: [{ id: 'a', function: { ...call, arguments: JSON.stringify(call.arguments) } }] }],
    ['arguments in a fence', { tool_calls: [{ id: 'a', function: { ...call, arguments: `\`\`\`json\n${call.arguments}\n\`\`\`` } }] }],
    ['with a name space', { tool_calls: [{ id: 'a', function: { ...call, name: 'functions.fetch_logs' } }] }],
    ['in a fence', { content: `I look first.\n\`\`\`json\n${JSON.stringify({ name: 'fetch_logs', arguments: args })}\n\`\`\`` }],
    ['in tags', { content: `<tool_call>\n{"name": "fetch_logs", "arguments": ${JSON.stringify(args)}}\n</tool_call>` }],
    ['in a tag that was not closed', { content: `<tool_call>{"name":"fetch_logs","parameters":${JSON.stringify(args)}}` }],
    ['in Mistral’s raw form', { content: `[TOOL_CALLS] [{"name":"fetch_logs","arguments":${JSON.stringify(args)}}]` }],
    ['as the whole text', { content: JSON.stringify({ type: 'function', function: { name: 'fetch_logs', parameters: args } }) }],
    ['behind its reasoning', { content: `<think>I must look.</think>${JSON.stringify({ name: 'fetch_logs', arguments: args })}` }],
    ['in parts', { content: [{ type: 'text', text: JSON.stringify({ name: 'fetch_logs', arguments: args }) }] }],
  ])('%s', (_title, message) => {
    expect(functions(message)).toEqual([['fetch_logs', args]])
  })
})

test('several calls in a text are all read, and the words around them kept', () => {
  const text =
    'First <tool_call>{"name":"fetch_logs","arguments":{}}</tool_call> then <tool_call>{"name":"compute_error_rate"}</tool_call> so.'
  const answer = read({ content: text })
  expect(answer).toMatchObject({ message: { content: 'First  then  so.' } })
  expect(functions({ content: text })).toEqual([
    ['fetch_logs', {}],
    ['compute_error_rate', {}],
  ])
})

test('a diagnosis as plain JSON is a diagnosis', () => {
  const diagnosis = { status: 'suspected', root_cause: 'x', confidence: 0.5 }
  expect(functions({ content: JSON.stringify(diagnosis) })).toEqual([['send_diagnosis', diagnosis]])
})

test.each([
  ['an example of code', '```json\n{"a": 1}\n```\nis what the service answers.'],
  ['a function that is not on offer', '{"name":"create_jira_ticket","arguments":{}}'],
  ['a bracket', '[I1] is still open.'],
])('%s stays text', (_title, content) => {
  expect(read({ content })).toEqual({ kind: 'answer', message: { role: 'assistant', content } })
})

test.each([
  ['<think>private</think>It is the database.', 'It is the database.'],
  ['private</think>It is the database.', 'It is the database.'],
  ['It is the database.<think>private, and cut', 'It is the database.'],
  ['<thinking>a</thinking> <thinking>b</thinking> It is.', 'It is.'],
  ['It is.<|im_end|>', 'It is.'],
])('reasoning never leaves: %j', (content, said) => {
  expect(read({ content, reasoning_content: 'private', reasoning: 'private' })).toEqual({
    kind: 'answer',
    message: { role: 'assistant', content: said },
  })
})

test('ids are nine letters and digits, unique over turns and calls, and the same for the same answer', () => {
  const message = { tool_calls: Array.from({ length: 4 }, () => ({ id: 'call_0', function: call })) }
  const ids = [1, 2, 3].flatMap((turn) => {
    const answer = read(message, 'tool_calls', turn)
    return answer.kind === 'answer' ? (answer.message.tool_calls ?? []).map(({ id }) => id) : []
  })
  expect(new Set(ids).size).toBe(12)
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]{9}$/)
  expect(read(message)).toEqual(read(message))
})

test('everything is cut to size: names, arguments, words, the number of calls', () => {
  const large = 'x'.repeat(1_000_000)
  const answer = read({
    content: large,
    tool_calls: Array.from({ length: 500 }, () => ({ id: large, function: { name: large, arguments: JSON.stringify({ large }) } })),
  })
  if (answer.kind !== 'answer') throw new Error('no answer')
  const { content, tool_calls = [] } = answer.message
  expect(content?.length).toBe(ANSWER_LIMITS.contentChars)
  expect(tool_calls).toHaveLength(ANSWER_LIMITS.calls)
  expect(tool_calls[0]?.function.name).toHaveLength(ANSWER_LIMITS.nameChars)
  expect(JSON.parse(tool_calls[0]?.function.arguments ?? '')).toEqual({ too_long: expect.stringMatching(/^1000012 characters/) })
})

test.each([undefined, null, 1, 'x', [], {}, { choices: null }, { choices: [null] }, { choices: [{ message: 'x' }] }])(
  '%j is garbled',
  (completion) => {
    expect(readAnswer(completion, { turn: 0, offered: OFFERED }).kind).toBe('garbled')
  },
)
