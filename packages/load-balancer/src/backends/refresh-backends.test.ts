import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { deadAddress, startBackend } from '../../test-parts/test-bench.ts'
import { parseAddressRange } from '../address-range.ts'
import { SettingsInUse } from '../fleet-settings.ts'
import { refreshBackends } from './refresh-backends.ts'

/** What takes the lists, written down. */
function createTarget() {
  let urls = ['http://127.0.0.1:1']
  const told = { stale: false, confirmed: 0 }
  return {
    told,
    backends: { urls: () => urls, replace: (to: readonly string[]) => (urls = [...to]) },
    settings: new SettingsInUse(10_000),
    confirmList: () => (told.confirmed += 1),
    metrics: { listStale: (stale: boolean) => (told.stale = stale) },
  }
}

/** A process manager whose answer the test changes, and a refresh of every 20 ms from it. */
async function startRefresh(pmUrl: string) {
  const target = createTarget()
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line).msg) })
  const refresh = refreshBackends({ pmUrl, everyMs: 20, allowed: parseAddressRange('127.0.0.0/8'), target, log })
  await refresh.first
  return { ...target, lines, [Symbol.asyncDispose]: () => refresh[Symbol.asyncDispose]() }
}

async function startManager(answer: { status: number; body: string }) {
  return startBackend((_, response) => response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body))
}

test('the static list is in use while the process manager cannot be asked', async () => {
  await using running = await startRefresh(await deadAddress())
  expect(running.backends.urls()).toEqual(['http://127.0.0.1:1'])
  expect(running.told).toEqual({ stale: true, confirmed: 0 })
})

test('with discovery static the list in use stays, until discovery is dynamic again', async () => {
  const list = (port: number, settings = {}) => JSON.stringify({ backends: [`http://127.0.0.1:${port}`], settings })
  const answer = { status: 200, body: list(8001) }
  await using manager = await startManager(answer)
  await using running = await startRefresh(manager.url)
  answer.body = list(8002, { discovery: 'static', resend: 'always', retries: 3 })
  await vi.waitFor(() => expect(running.settings).toMatchObject({ discovery: 'static', resendsAlways: true, retries: 3 }))
  expect(running.backends.urls()).toEqual(['http://127.0.0.1:8001'])
  answer.body = list(8002)
  await vi.waitFor(() => expect(running.backends.urls()).toEqual(['http://127.0.0.1:8002']))
  expect(running.settings).toMatchObject({ discovery: 'dynamic', resendsAlways: false, retries: 1 })
})

test('the manager is believed, also when its list is empty', async () => {
  const answer = { status: 200, body: '{"backends":["http://127.0.0.1:8001","http://127.0.0.1:8002"]}' }
  await using manager = await startManager(answer)
  await using running = await startRefresh(manager.url)
  expect(running.backends.urls()).toEqual(['http://127.0.0.1:8001', 'http://127.0.0.1:8002'])
  answer.body = '{"backends":[]}'
  await vi.waitFor(() => expect(running.backends.urls()).toEqual([]))
})

test.each([
  ['a failure', 500, '{}'],
  ['another shape', 200, '{"instances":[]}'],
  ['a host outside the range', 200, '{"backends":["http://127.0.0.1:8001","http://10.0.0.1:8001"]}'],
  ['an address with a path', 200, '{"backends":["http://127.0.0.1:8001/x"]}'],
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

test('with a version the list is asked for at once again, and the question names the version in use', async () => {
  const held: (() => void)[] = []
  let version = 7
  await using manager = await startBackend((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://pm')
    const answer = () => response.end(JSON.stringify({ backends: [`http://127.0.0.1:${8000 + version}`], version }))
    if (searchParams.get('after') === String(version)) held.push(answer)
    else answer()
  })
  await using running = await startRefresh(manager.url)
  await vi.waitFor(() => expect(held).toHaveLength(1))
  expect(manager.seen.map(({ url }) => url)).toEqual(['/backends', '/backends?after=7&wait_seconds=5'])
  version = 8
  held.shift()?.()
  await vi.waitFor(() => expect(running.backends.urls()).toEqual(['http://127.0.0.1:8008']))
  await vi.waitFor(() => expect(manager.seen.at(-1)?.url).toBe('/backends?after=8&wait_seconds=5'))
})
