import type { ServerResponse } from 'node:http'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { answers, breaksOff, completes, hangs, startModelServer } from '../../../test-parts/model-server.ts'
import { call, calls } from '../../../test-parts/scripted-model.ts'
import type { ChatMessage } from '../../incidents/transcript.ts'
import { createOpenAiModel } from './openai-model.ts'

const tools = [{ name: 'fetch_logs', description: 'The log.', parameters: Type.Object({ seconds: Type.Integer({ minimum: 1 }) }) }]
const transcript: ChatMessage[] = [
  { role: 'system', content: 'You are on call.' },
  { role: 'user', content: 'An alert fires.' },
  calls(call('c1', 'fetch_logs', { seconds: 5 })),
  { role: 'tool', tool_call_id: 'c1', content: '{"count":0}' },
]

async function ask(script: Parameters<typeof startModelServer>, { attemptMs = 5_000, signal = new AbortController().signal } = {}) {
  await using server = await startModelServer(...script)
  const model = createOpenAiModel({ baseURL: server.baseURL, apiKey: 'sk-test', model: 'some-model', attemptMs })
  const [settled] = await Promise.allSettled([model.answer(transcript, tools, signal)])
  return { settled, requests: server.requests, model }
}

test('a request is Chat Completions as they are documented: transcript, functions, parallel calls, key', async () => {
  const { requests, model } = await ask([completes({ content: 'hello' })])
  expect(requests).toHaveLength(1)
  expect(requests[0]).toMatchObject({ url: '/v1/chat/completions', headers: { authorization: 'Bearer sk-test' } })
  expect(requests[0]?.body).toEqual({
    model: 'some-model',
    messages: transcript,
    tool_choice: 'auto',
    tools: [
      {
        type: 'function',
        function: {
          name: 'fetch_logs',
          description: 'The log.',
          parameters: { type: 'object', required: ['seconds'], properties: { seconds: { type: 'integer', minimum: 1 } } },
        },
      },
    ],
  })
  expect(model.name).toMatch(/^some-model at http:/)
})

test('words come back as words', async () => {
  const { settled } = await ask([completes({ content: 'It is the database.' })])
  expect(settled.status === 'fulfilled' && settled.value).toEqual({ role: 'assistant', content: 'It is the database.' })
})

test('function calls are passed on as they are, broken arguments too', async () => {
  const wanted = [call('a', 'fetch_logs', '{"seconds": '), call('b', 'no_such_function', {})]
  const { settled } = await ask([completes({ content: null, tool_calls: wanted })])
  expect(settled.status === 'fulfilled' && settled.value).toEqual({ role: 'assistant', content: null, tool_calls: wanted })
})

test.each([
  ['401', answers(401, { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }), 'model_refused', 1],
  ['400', answers(400, { error: { message: 'unknown parameter' } }), 'model_refused', 1],
  ['500 twice', answers(500, { error: { message: 'overloaded' } }), 'model_unavailable', 2],
  ['429 twice', answers(429, { error: { message: 'slow down' } }), 'model_unavailable', 2],
  ['a broken connection twice', breaksOff, 'model_unavailable', 2],
  ['no choice', answers(200, { choices: [] }), 'model_garbled', 1],
  ['an empty object', answers(200, {}), 'model_garbled', 1],
  ['null', answers(200, 'null'), 'model_garbled', 1],
  ['nothing said and nothing called', completes({ content: ' ' }), 'model_garbled', 1],
  ['HTML', answers(200, '<html>It works!</html>', 'text/html'), 'model_garbled', 1],
  ['JSON that breaks off', answers(200, '{"choices": ['), 'model_garbled', 1],
  ['calls without a function', completes({ tool_calls: [{ id: 'a', type: 'function' }] }), 'model_garbled', 1],
])('%s is no answer', async (_title, script, code, attempts) => {
  const { settled, requests } = await ask([script])
  expect(settled.status === 'rejected' && settled.reason).toMatchObject({ name: 'ModelError', code })
  expect(requests).toHaveLength(attempts)
})

test('a 500 is tried once more, and the answer then counts', async () => {
  const { settled, requests } = await ask([answers(500, {}), completes({ content: 'here I am' })])
  expect(settled).toMatchObject({ status: 'fulfilled', value: { content: 'here I am' } })
  expect(requests).toHaveLength(2)
})

test('a refusal says why in its words', async () => {
  const { settled } = await ask([answers(401, { error: { message: 'Incorrect API key provided' } })])
  expect(settled.status === 'rejected' && settled.reason.message).toMatch(/answered 401: .*Incorrect API key provided/)
})

test('a server that hangs is given up after two attempts', async () => {
  const started = performance.now()
  const { settled, requests } = await ask([hangs], { attemptMs: 100 })
  expect(settled.status === 'rejected' && settled.reason).toMatchObject({ code: 'model_timeout' })
  expect(requests).toHaveLength(2)
  expect(performance.now() - started).toBeLessThan(5_000)
})

const halfAnAnswer = (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices"')

test.each([
  ['the time of an attempt', () => ({ attemptMs: 100 })],
  ['the whole time', () => ({ signal: AbortSignal.timeout(100) })],
])('a server that hangs in the middle of its answer is given up after %s', async (_title, limits) => {
  const started = performance.now()
  const { settled } = await ask([halfAnAnswer], limits())
  expect(settled.status).toBe('rejected')
  expect(performance.now() - started).toBeLessThan(3_000)
})

test('who gives up the request gets no answer and no second attempt', async () => {
  const { settled, requests } = await ask([hangs], { signal: AbortSignal.timeout(50) })
  expect(settled.status).toBe('rejected')
  expect(requests).toHaveLength(1)
})

test('no server at all', async () => {
  const model = createOpenAiModel({ baseURL: 'http://127.0.0.1:1/v1', apiKey: 'x', model: 'm', attemptMs: 1_000 })
  await expect(model.answer(transcript, tools, new AbortController().signal)).rejects.toMatchObject({ code: 'model_unavailable' })
})
