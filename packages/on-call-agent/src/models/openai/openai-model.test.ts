import type { ServerResponse } from 'node:http'
import { Type } from 'typebox'
import { expect, test as inTurn } from 'vitest'
import { error, MODEL_FAULTS_THAT_PASS, MODEL_REFUSALS } from '../../../test-parts/model-faults.ts'
import { answers, completes, hangs, startModelServer } from '../../../test-parts/model-server.ts'
import { call, calls } from '../../../test-parts/scripted-model.ts'
import type { ChatMessage } from '../../incidents/transcript.ts'
import { createOpenAiModel } from './openai-model.ts'

/** Side by side: each waits for a server of its own. */
const test = inTurn.concurrent

const tools = [{ name: 'fetch_logs', description: 'The log.', parameters: Type.Object({ seconds: Type.Integer({ minimum: 1 }) }) }]
const transcript: ChatMessage[] = [
  { role: 'system', content: 'You are on call.' },
  { role: 'user', content: 'An alert fires.' },
  calls(call('c1', 'fetch_logs', { seconds: 5 })),
  { role: 'tool', tool_call_id: 'c1', content: '{"count":0}' },
]

async function ask(script: Parameters<typeof startModelServer>, { attemptMs = 5_000, signal = new AbortController().signal } = {}) {
  await using server = await startModelServer(...script)
  const pauses: number[] = []
  const model = createOpenAiModel({
    baseURL: server.baseURL,
    apiKey: 'sk-test',
    model: 'some-model',
    attemptMs,
    pause: async (ms) => pauses.push(ms),
  })
  const [settled] = await Promise.allSettled([model.answer(transcript, tools, signal)])
  return { settled, requests: server.requests, model, pauses }
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
  expect(settled).toMatchObject({ status: 'fulfilled', value: { role: 'assistant', content: 'It is the database.' } })
})

test('function calls are passed on, broken arguments and unknown functions too', async () => {
  const wanted = [call('a', 'fetch_logs', '{"seconds":'), call('b', 'no_such_function', {})]
  const { settled } = await ask([completes({ content: null, tool_calls: wanted })])
  const answer = settled.status === 'fulfilled' ? settled.value : undefined
  expect(answer?.tool_calls?.map(({ function: called }) => called)).toEqual(wanted.map(({ function: called }) => called))
})

const fine = completes({ content: 'here I am' })

test.each(MODEL_REFUSALS)('%s is no answer, in one plain line', async (_title, script, code, attempts) => {
  const { settled, requests } = await ask([script])
  const reason = settled.status === 'rejected' ? settled.reason : undefined
  expect(reason).toMatchObject({ name: 'ModelError', code })
  expect(reason.message).toMatch(/^[A-Z][\w ,'()/.-]{10,120}$/)
  expect(reason.message).not.toMatch(/API key|not for you|html|will not/)
  expect(requests).toHaveLength(attempts)
})

test.each(MODEL_FAULTS_THAT_PASS)(
  '%s passes: it is tried again after a pause, and the answer then counts',
  async (_title, faults, waited) => {
    const { settled, requests, pauses } = await ask([...faults, fine])
    expect(pauses).toEqual(waited)
    expect(settled).toMatchObject({ status: 'fulfilled', value: { content: 'here I am' } })
    expect(requests).toHaveLength(faults.length + 1)
  },
)

test('nothing of a server’s own words reaches a person, its key least of all', async () => {
  const { settled } = await ask([answers(401, error('Incorrect API key provided: Bearer sk-test <b>call me</b>', 'sk-test is wrong'))])
  expect(settled.status === 'rejected' && settled.reason.message).toBe('The model server answered 401')
})

test('a server that hangs is given up after one attempt: another would take as long', async () => {
  const { settled, requests } = await ask([hangs], { attemptMs: 100 })
  expect(settled.status === 'rejected' && settled.reason).toMatchObject({ code: 'model_timeout' })
  expect(requests).toHaveLength(1)
})

test('a server that sends a byte now and then is given up after the time of an attempt', async () => {
  const trickles = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const each = setInterval(() => response.write(' '), 10)
    response.on('close', () => clearInterval(each))
  }
  const { settled } = await ask([trickles], { attemptMs: 150 })
  expect(settled.status === 'rejected' && settled.reason).toMatchObject({ code: 'model_timeout' })
})

test('the cost is passed on as the server counts it', async () => {
  const usage = { prompt_tokens: 812, completion_tokens: 33, total_tokens: 845 }
  const { settled } = await ask([answers(200, { choices: [{ message: { content: 'x' } }], usage })])
  expect(settled).toMatchObject({ value: { usage: { inputTokens: 812, outputTokens: 33 } } })
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
  const { settled, requests } = await ask([hangs], { signal: AbortSignal.timeout(500) })
  expect(settled.status).toBe('rejected')
  expect(requests).toHaveLength(1)
})

test('no server at all', async () => {
  const pauses: number[] = []
  const pause = async (ms: number) => pauses.push(ms)
  const model = createOpenAiModel({ baseURL: 'http://127.0.0.1:1/v1', apiKey: 'x', model: 'm', attemptMs: 1_000, pause })
  await expect(model.answer(transcript, tools, new AbortController().signal)).rejects.toMatchObject({ code: 'model_unavailable' })
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000])
})
