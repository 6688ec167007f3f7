import type { AddressInfo } from 'node:net'
import { createRegistry, type Service } from '@oncall-lab/service-kit/service'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from './app.ts'
import { createMetrics } from './metrics.ts'

let app: Service
let client: OpenAI
beforeAll(async () => {
  const registry = createRegistry()
  app = buildApp({ registry, metrics: createMetrics(registry), logLevel: 'silent' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  client = new OpenAI({ baseURL: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1`, apiKey: 'any', maxRetries: 0 })
})
afterAll(() => app.close())

const model = 'oncall-rules-1'
const alert = `{"alerts":[{"alertname":"X","severity":"critical","service":"shop","summary":"y","starts_at":"2026-11-20T12:00:00Z","labels":{}}]}`
const names = ['fetch_logs', 'compute_error_rate']
const tools = names.map((name) => ({ type: 'function' as const, name, parameters: { type: 'object', properties: {} }, strict: false }))
const chatTools = names.map((name) => ({ type: 'function' as const, function: { name, parameters: { type: 'object', properties: {} } } }))

test('the SDK gets the same calls by the Responses API as by Chat Completions, turn after turn', async () => {
  const first = await client.responses.create({ model, input: [{ role: 'user', content: alert }], tools, store: false })
  expect(first).toMatchObject({ object: 'response', status: 'completed', model, usage: { total_tokens: 0 } })
  const calls = first.output.filter((item) => item.type === 'function_call')
  expect(calls.map(({ call_id, name, arguments: json }) => [call_id, name, json])).toEqual([
    ['call_1_fetch_logs', 'fetch_logs', '{"seconds":120,"limit":50}'],
    ['call_2_compute_error_rate', 'compute_error_rate', '{}'],
  ])
  const failed = JSON.stringify({ error: { code: 'upstream_unreachable', message: 'It is away' } })
  const outputs = calls.map(({ call_id }) => ({ type: 'function_call_output' as const, call_id, output: failed }))
  const next = await client.responses.create({
    model,
    input: [{ role: 'user', content: alert }, ...calls, ...outputs],
    tools,
    store: false,
  })
  const chat = await client.chat.completions.create({
    model,
    tools: chatTools,
    messages: [
      { role: 'user', content: alert },
      {
        role: 'assistant',
        tool_calls: calls.map(({ call_id: id, name, arguments: json }) => ({ id, type: 'function', function: { name, arguments: json } })),
      },
      ...calls.map(({ call_id }) => ({ role: 'tool' as const, tool_call_id: call_id, content: failed })),
    ],
  })
  const message = chat.choices[0]?.message
  expect(next.output_text || null).toBe(message?.content)
  expect(next.output.flatMap((item) => (item.type === 'function_call' ? item.call_id : []))).toEqual(
    (message?.tool_calls ?? []).map(({ id }) => id),
  )
})

test('instructions and a bare text are messages, and reasoning items are passed over', async () => {
  const answer = await client.responses.create({
    model,
    instructions: 'You are on call.',
    input: [
      { role: 'user', content: alert },
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { role: 'user', content: [{ type: 'input_text', text: 'help' }] },
    ],
  })
  expect(answer.output_text).toContain('not a language model')
  expect((await client.responses.create({ model, input: 'help' })).status).toBe('completed')
})

test.each([
  ['another model', { model: 'gpt-x', input: 'x' }, 404],
  ['a memory of earlier responses', { model, input: 'x', previous_response_id: 'resp_1' }, 400],
  ['a stream', { model, input: 'x', stream: true as const }, 400],
  ['an output without its call', { model, input: [{ type: 'function_call_output' as const, call_id: 'c', output: 'x' }] }, 400],
  ['an item that nobody knows', { model, input: [{ type: 'picture' }] as never }, 400],
])('%s is refused in words of OpenAI', async (_title, body, status) => {
  await expect(client.responses.create(body)).rejects.toMatchObject({ status, type: 'invalid_request_error' })
})
