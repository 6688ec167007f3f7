import { createRegistry, type Service } from '@oncall-lab/service-kit/service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAnyJson } from '../../on-call-agent/test-parts/any-json.ts'
import { buildApp } from './app.ts'
import { createMetrics } from './metrics.ts'

let app: Service
beforeAll(async () => {
  const registry = createRegistry()
  app = buildApp({ registry, metrics: createMetrics(registry), logLevel: 'silent' })
  await app.ready()
})
afterAll(() => app.close())

const alert =
  '{"alerts":[{"alertname":"X","severity":"critical","service":"shop","summary":"y","starts_at":"2026-11-20T12:00:00Z","labels":{}}]}'
const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{}' } })
const CHAT = {
  model: 'oncall-rules-1',
  messages: [
    { role: 'user', content: alert },
    { role: 'assistant', content: null, tool_calls: [call('a', 'fetch_logs'), call('b', 'compute_error_rate')] },
    { role: 'tool', tool_call_id: 'a', content: '{"window_seconds":60,"count":0,"entries":[]}' },
    { role: 'tool', tool_call_id: 'b', content: '{"error":{"code":"x","message":"y"}}' },
  ],
  tools: ['fetch_logs', 'compute_error_rate', 'send_diagnosis'].map((name) => ({ type: 'function', function: { name } })),
}
const RESPONSES = {
  model: 'oncall-rules-1',
  input: [
    { role: 'user', content: alert },
    { type: 'function_call', call_id: 'a', name: 'fetch_logs', arguments: '{}' },
    { type: 'function_call_output', call_id: 'a', output: '{"window_seconds":60,"count":0,"entries":[]}' },
  ],
  tools: [{ type: 'function', name: 'send_diagnosis' }],
}

test.each<[string, object]>([
  ['/v1/chat/completions', CHAT],
  ['/v1/responses', RESPONSES],
])('600 requests of any JSON to %s are answered or refused, and never fail', async (url, proper) => {
  const { random, value, mutate } = createAnyJson(5)
  const statuses: Record<number, number> = {}
  for (let i = 0; i < 600; i += 1) {
    const body = random() < 0.1 ? value() : mutate(random() < 0.3 ? mutate(proper) : proper)
    const payload = JSON.stringify(body)
    const reply = await app.inject({ method: 'POST', url, headers: { host: 'localhost', 'content-type': 'application/json' }, payload })
    expect([200, 400, 404], `${payload}: ${reply.body}`).toContain(reply.statusCode)
    statuses[reply.statusCode] = (statuses[reply.statusCode] ?? 0) + 1
  }
  expect(statuses[200]).toBeGreaterThan(20)
  expect(statuses[400]).toBeGreaterThan(100)
})
