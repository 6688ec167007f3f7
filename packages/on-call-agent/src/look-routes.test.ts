import { afterEach, beforeEach, expect, test } from 'vitest'
import { startAgentApp } from '../test-parts/agent-app.ts'

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
})
afterEach(() => running[Symbol.asyncDispose]())

const look = async (payload: object) => {
  const answer = await running.app.inject({ method: 'POST', url: '/api/looks', payload })
  return { status: answer.statusCode, body: answer.json() }
}

test('POST /api/looks calls one function of a target and says what it means', async () => {
  const { status, body } = await look({ function: 'fetch_logs', arguments: { seconds: 60, limit: 5 } })
  expect(status).toBe(200)
  expect(body).toMatchObject({ ok: true, result: { count: 3 }, summary: expect.stringContaining('3 errors were logged') })
})

test('POST /api/looks answers a failed look like a model gets it: ok false, with the reason', async () => {
  const { status, body } = await look({ function: 'fetch_logs', arguments: { seconds: 'soon', limit: 5 } })
  expect([status, body.ok, body.result.error.code]).toEqual([200, false, 'invalid_arguments'])
})

test.each([
  [{ function: 'create_jira_ticket', arguments: {} }, 404],
  [{ function: 'restart_instance', arguments: { port: 8001 } }, 404],
  [{ function: 'fetch_logs', target: 'elsewhere' }, 404],
  [{ function: '../incidents' }, 400],
  [{ function: 'fetch_logs', incident: 'I1' }, 400],
])('POST /api/looks %j is a %i and looks at nothing', async (payload, status) => {
  expect((await look(payload)).status).toBe(status)
})
