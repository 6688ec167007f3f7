import { afterEach, beforeEach, expect, test } from 'vitest'
import { startAgentApp } from '../test-parts/agent-app.ts'

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
})
afterEach(() => running[Symbol.asyncDispose]())

const get = async (url: string, headers: Record<string, string> = {}) => {
  const { statusCode, body } = await running.app.inject({ url, headers })
  return { status: statusCode, body: body.startsWith('{') ? JSON.parse(body) : body }
}

test('GET /api/openapi.json names every route with its parameters', async () => {
  const { body } = await get('/api/openapi.json')
  expect(body.openapi).toBe('3.1.0')
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/alerts', '/webhook/twilio', '/api/incidents', '/api/incidents/{id}', '/api/capabilities', '/human/decision']),
  )
  expect(body.paths['/api/incidents'].get.parameters.map(({ name }: { name: string }) => name)).toEqual([
    'status',
    'service',
    'q',
    'before',
    'limit',
  ])
})

test('GET /api/openapi.json says what every GET answers', async () => {
  const { paths } = (await get('/api/openapi.json')).body
  const gets = Object.entries<{ get?: { responses: Record<string, { content?: object }> } }>(paths).filter(
    ([, { get: operation }]) => operation,
  )
  expect(gets.map(([path]) => path)).toEqual(
    expect.arrayContaining(['/', '/healthz', '/metrics', '/api/events', '/api/incidents/{id}/export']),
  )
  expect(gets.filter(([, { get: operation }]) => !operation?.responses[200]?.content).map(([path]) => path)).toEqual([])
})
