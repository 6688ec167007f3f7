import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { answers, startModelServer } from '../../../test-parts/model-server.ts'
import { call, calls, says } from '../../../test-parts/scripted-model.ts'
import type { ChatMessage } from '../../incidents/transcript.ts'
import { createOpenAiModel } from './openai-model.ts'

// The wire format as https://platform.openai.com/docs/api-reference/responses has it.
const strict = { additionalProperties: false } as const
const Item = Type.Union([
  Type.Object(
    { type: Type.Literal('message'), role: Type.Enum(['system', 'user', 'assistant']), content: Type.String({ minLength: 1 }) },
    strict,
  ),
  Type.Object(
    { type: Type.Literal('function_call'), call_id: Type.String({ maxLength: 64 }), name: Type.String(), arguments: Type.String() },
    strict,
  ),
  Type.Object({ type: Type.Literal('function_call_output'), call_id: Type.String(), output: Type.String() }, strict),
])
const Tool = Type.Object(
  {
    type: Type.Literal('function'),
    name: Type.String({ pattern: '^[a-zA-Z0-9_-]{1,64}$' }),
    description: Type.String(),
    parameters: Type.Object({ type: Type.Literal('object') }, { additionalProperties: true }),
    strict: Type.Literal(false),
  },
  strict,
)
const Request = Type.Object(
  { model: Type.String(), input: Type.Array(Item), tools: Type.Array(Tool), tool_choice: Type.Literal('auto'), store: Type.Literal(false) },
  strict,
)

const tools = [{ name: 'fetch_logs', description: 'The log.', parameters: Type.Object({ seconds: Type.Integer({ minimum: 1 }) }) }]
const transcript: ChatMessage[] = [
  { role: 'system', content: 'You are on call.' },
  { role: 'user', content: 'An alert fires.' },
  { ...says('I look.'), ...calls(call('c1', 'fetch_logs', { seconds: 5 }), call('c2', 'fetch_logs', { seconds: 9 })), content: 'I look.' },
  { role: 'tool', tool_call_id: 'c1', content: '{"count":0}' },
  { role: 'tool', tool_call_id: 'c2', content: '{"count":1}' },
]

const responds = (output: unknown, over: object = {}) =>
  answers(200, {
    ...{ id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: 'm', error: null, incomplete_details: null, output },
    usage: { input_tokens: 812, input_tokens_details: { cached_tokens: 512 }, output_tokens: 33, total_tokens: 845 },
    ...over,
  })
const message = (...content: object[]) => ({ type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content })
const text = (words: string) => ({ type: 'output_text', text: words, annotations: [] })
const functionCall = (callId: string, args: unknown) => ({
  type: 'function_call',
  id: 'fc_1',
  call_id: callId,
  name: 'fetch_logs',
  arguments: args,
})
const reasoning = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'private' }] }

async function ask(...script: Parameters<typeof startModelServer>) {
  await using server = await startModelServer(...script)
  const known = { apiKey: 'sk-test', model: 'some-model', attemptMs: 5_000, pause: async () => {} }
  const model = createOpenAiModel({ api: 'responses', baseURL: server.baseURL, ...known })
  const [settled] = await Promise.allSettled([model.answer(transcript, tools, new AbortController().signal)])
  return { settled, requests: server.requests }
}

test('a request is as the Responses API documents it: all of the transcript as items, nothing stored on the server', async () => {
  const { requests } = await ask(responds([message(text('hello'))]))
  expect(requests[0]).toMatchObject({ url: '/v1/responses', headers: { authorization: 'Bearer sk-test' } })
  const body = requests[0]?.body
  expect(Value.Errors(Request, body)).toEqual([])
  expect(body?.input).toEqual([
    { type: 'message', role: 'system', content: 'You are on call.' },
    { type: 'message', role: 'user', content: 'An alert fires.' },
    { type: 'message', role: 'assistant', content: 'I look.' },
    { type: 'function_call', call_id: 'c1', name: 'fetch_logs', arguments: '{"seconds":5}' },
    { type: 'function_call', call_id: 'c2', name: 'fetch_logs', arguments: '{"seconds":9}' },
    { type: 'function_call_output', call_id: 'c1', output: '{"count":0}' },
    { type: 'function_call_output', call_id: 'c2', output: '{"count":1}' },
  ])
})

test('words, calls and the cost come back; reasoning is private and goes', async () => {
  const { settled } = await ask(responds([reasoning, message(text('First '), text('the log.')), functionCall('call_a', '{"seconds":60}')]))
  expect(settled).toMatchObject({
    status: 'fulfilled',
    value: {
      role: 'assistant',
      content: 'First the log.',
      tool_calls: [{ type: 'function', function: { name: 'fetch_logs', arguments: '{"seconds":60}' } }],
      usage: { inputTokens: 812, outputTokens: 33, cachedTokens: 512 },
    },
  })
})

test('arguments as an object, a call without an id and calls in words are mended as in Chat Completions', async () => {
  const { settled } = await ask(responds([{ type: 'function_call', name: 'fetch_logs', arguments: { seconds: 7 } }]))
  expect(settled).toMatchObject({
    value: { tool_calls: [{ id: expect.stringMatching(/^[a-z0-9]{9}$/), function: { arguments: '{"seconds":7}' } }] },
  })
  const inWords = await ask(responds([message(text('<tool_call>{"name":"fetch_logs","arguments":{"seconds":8}}</tool_call>'))]))
  expect(inWords.settled).toMatchObject({ value: { content: null, tool_calls: [{ function: { name: 'fetch_logs' } }] } })
})

test.each([
  ['a refusal', responds([message({ type: 'refusal', refusal: 'I will not' })]), 'model_refused', 1],
  ['a content filter', responds([], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }), 'model_refused', 1],
  [
    'an answer that is cut off',
    responds([reasoning], { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
    'model_garbled',
    3,
  ],
  ['reasoning alone', responds([reasoning]), 'model_garbled', 3],
  ['no output', responds(undefined), 'model_garbled', 3],
  ['null for output', responds(null), 'model_garbled', 3],
  [
    'items that are no items',
    responds([null, 7, 'x', [], { type: 'function_call' }, { type: 'message', content: null }]),
    'model_garbled',
    3,
  ],
  ['404: a server without this API', answers(404, { error: { message: 'not found' } }), 'model_refused', 1],
  ['HTML', answers(200, '<html></html>', { 'content-type': 'text/html' }), 'model_garbled', 3],
])('%s is no answer', async (_title, script, code, attempts) => {
  const { settled, requests } = await ask(script)
  expect(settled.status === 'rejected' && settled.reason).toMatchObject({ name: 'ModelError', code })
  expect(requests).toHaveLength(attempts)
})

test('a failed response is tried again when it can pass', async () => {
  const failed = responds([], { status: 'failed', error: { code: 'server_error', message: 'The server had an error' } })
  const { settled, requests } = await ask(failed, responds([message(text('here I am'))]))
  expect(settled).toMatchObject({ status: 'fulfilled', value: { content: 'here I am' } })
  expect(requests).toHaveLength(2)
})

test('an answer in the form of Chat Completions is read too', async () => {
  const { settled } = await ask(answers(200, { choices: [{ message: { role: 'assistant', content: 'by the other API' } }] }))
  expect(settled).toMatchObject({ value: { content: 'by the other API' } })
})
