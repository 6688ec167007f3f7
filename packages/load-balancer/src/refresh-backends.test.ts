import { pino } from 'pino'
import { Registry } from 'prom-client'
import { expect, test, vi } from 'vitest'
import { createBackendSet } from './backend-set.ts'
import { createMetrics } from './metrics.ts'
import { refreshBackends } from './refresh-backends.ts'
import { deadAddress, startBackend } from './test-bench.ts'

/** A process manager whose answer the test changes, and a refresh of every 20 ms from it. */
async function startRefresh(pmUrl: string) {
  const registry = new Registry()
  const backends = createBackendSet({ connectTimeoutMs: 100, readTimeoutMs: 100 })
  backends.replace(['http://127.0.0.1:1'])
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line).msg) })
  const refresh = refreshBackends({ pmUrl, everyMs: 20, backends, metrics: createMetrics(registry), log })
  await refresh.first
  return { backends, registry, lines, [Symbol.asyncDispose]: () => refresh[Symbol.asyncDispose]() }
}

async function startManager(answer: { status: number; body: string }) {
  return startBackend((_, response) => response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body))
}

test('the static list is in use while the process manager cannot be asked', async () => {
  await using running = await startRefresh(await deadAddress())
  expect(running.backends.urls()).toEqual(['http://127.0.0.1:1'])
  expect(await running.registry.metrics()).toContain('load_balancer_backend_list_stale 1')
})

test('the manager is believed, also when its list is empty', async () => {
  const answer = { status: 200, body: '{"backends":["http://127.0.0.1:8001","http://127.0.0.1:8002"]}' }
  await using manager = await startManager(answer)
  await using running = await startRefresh(manager.url)
  expect(running.backends.urls()).toEqual(['http://127.0.0.1:8001', 'http://127.0.0.1:8002'])
  answer.body = '{"backends":[]}'
  await vi.waitFor(() => expect(running.backends.size).toBe(0))
  expect(await running.registry.metrics()).toContain('load_balancer_backends 0')
})

test.each([
  ['a failure', 500, '{}'],
  ['another shape', 200, '{"instances":[]}'],
  ['an address that is none', 200, '{"backends":["8001"]}'],
  ['something that is not JSON', 200, 'ok'],
])('%s keeps the last list, and is logged once', async (_, status, body) => {
  const answer = { status: 200, body: '{"backends":["http://127.0.0.1:8001"]}' }
  await using manager = await startManager(answer)
  await using running = await startRefresh(manager.url)
  Object.assign(answer, { status, body })
  const asked = manager.seen.length
  await vi.waitFor(() => expect(manager.seen.length).toBeGreaterThan(asked + 4))
  expect(running.backends.urls()).toEqual(['http://127.0.0.1:8001'])
  expect(running.lines.filter((line) => line === 'no list of backends, keeping the last one')).toHaveLength(1)
  Object.assign(answer, { status: 200, body: '{"backends":["http://127.0.0.1:8002"]}' })
  await vi.waitFor(() => expect(running.backends.urls()).toEqual(['http://127.0.0.1:8002']))
  await vi.waitFor(() => expect(running.lines).toContain('the list of backends is fresh again'))
})
