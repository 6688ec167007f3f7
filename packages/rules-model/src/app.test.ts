import type { AddressInfo } from 'node:net'
import { createRegistry, type Service } from '@oncall-lab/service-kit/service'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from './app.ts'
import { createMetrics } from './metrics.ts'

const tools = ['fetch_logs', 'compute_error_rate'].map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: {} } },
}))
const alert = {
  role: 'user' as const,
  content: `{"alerts":[{"alertname":"X","severity":"critical","service":"shop","summary":"y","starts_at":"2026-11-20T12:00:00Z","labels":{}}]}`,
}
let app: Service
let client: OpenAI
let url: string

beforeAll(async () => {
  const registry = createRegistry()
  app = buildApp({ registry, metrics: createMetrics(registry), logLevel: 'silent' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })
})
afterAll(() => app.close())

const post = (body: unknown) =>
  app.inject({ method: 'POST', url: '/v1/chat/completions', headers: { host: 'localhost' }, payload: body as object })
const valid = { model: 'oncall-rules-1', messages: [alert], tools }

describe('the openai SDK', () => {
  test('gets parallel tool calls', async () => {
    const completion = await client.chat.completions.create(valid)
    expect(completion).toMatchObject({ object: 'chat.completion', model: 'oncall-rules-1', usage: { total_tokens: 0 } })
    expect(completion.id).toMatch(/^chatcmpl-/)
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls')
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([
      { id: 'call_1_fetch_logs', type: 'function', function: { name: 'fetch_logs', arguments: '{"seconds":120,"limit":50}' } },
      { id: 'call_2_compute_error_rate', function: { name: 'compute_error_rate', arguments: '{}' } },
    ])
  })

  test('gets words with finish_reason stop', async () => {
    const completion = await client.chat.completions.create({
      model: 'oncall-rules-1',
      messages: [alert, { role: 'user', content: 'help' }],
      tools: [{ type: 'function', function: { name: 'create_jira_ticket' } }],
    })
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant' } })
    expect(completion.choices[0]?.message.content).toContain('not a language model')
  })

  test('gets the same answer as a stream', async () => {
    const whole = await client.chat.completions.create(valid)
    const stream = client.chat.completions.stream({ ...valid, stream_options: { include_usage: true } })
    const streamed = await stream.finalChatCompletion()
    expect(streamed.choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function.arguments)).toEqual(
      whole.choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function.arguments),
    )
    expect(streamed.usage?.total_tokens).toBe(0)
  })

  test('lists the model, and finds it by its id', async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['oncall-rules-1'])
    expect((await client.models.retrieve('oncall-rules-1')).object).toBe('model')
    await expect(client.models.retrieve('gpt-x')).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  })

  test('gets its own error for an unknown model', async () => {
    await expect(client.chat.completions.create({ ...valid, model: 'gpt-x' })).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await expect(client.chat.completions.create({ ...valid, model: 'gpt-x' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      type: 'invalid_request_error',
    })
  })
})

describe('a request that is wrong', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'fetch_logs', arguments: '{}' } }
  test.each<[string, object, string | null]>([
    ['n other than 1', { ...valid, n: 2 }, 'n'],
    ['deprecated functions', { ...valid, functions: [] }, 'functions'],
    ['a response format', { ...valid, response_format: { type: 'json_object' } }, 'response_format'],
    ['a tool choice that is not offered', { ...valid, tool_choice: { type: 'function', function: { name: 'nope' } } }, 'tool_choice'],
    ['no messages', { ...valid, messages: [] }, 'messages'],
    ['no model', { messages: [alert] }, 'model'],
    [
      'a tool message without its call',
      { ...valid, messages: [alert, { role: 'tool', tool_call_id: 'x', content: '{}' }] },
      'messages.[1].tool_call_id',
    ],
    [
      'a call without its tool message',
      { ...valid, messages: [alert, { role: 'assistant', content: null, tool_calls: [call] }, alert] },
      'messages',
    ],
  ])('with %s gets a 400 in OpenAI’s form that names the field', async (_, body, param) => {
    const reply = await post(body)
    expect(reply.statusCode).toBe(400)
    expect(reply.json()).toMatchObject({ error: { type: 'invalid_request_error', param } })
  })

  test('that is not JSON gets a 400, and an unknown path a 404, in the same form', async () => {
    const broken = await app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: { host: 'localhost', 'content-type': 'application/json' },
      payload: '{',
    })
    expect(broken.statusCode).toBe(400)
    expect(broken.json().error.type).toBe('invalid_request_error')
    const unknown = await app.inject({ method: 'POST', url: '/v1/embeddings', headers: { host: 'localhost' }, payload: {} })
    expect(unknown.statusCode).toBe(404)
    expect(unknown.json().error.code).toBe('unknown_url')
  })
})

test('a transcript of four megabytes is read', async () => {
  const reply = await post({ ...valid, messages: [alert, { role: 'system', content: 'x'.repeat(4_000_000) }] })
  expect(reply.statusCode).toBe(200)
})

test('answers are counted by their kind', async () => {
  const count = async () =>
    Number(/rules_model_requests_total\{answer="tool_calls"\} (\d+)/.exec((await (await fetch(`${url}/metrics`)).text()) ?? '')?.[1])
  const before = await count()
  await post(valid)
  expect(await count()).toBe(before + 1)
})
