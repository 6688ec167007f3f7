import { describe, expect, it, vi } from 'vitest'
import { type RunningInventory, runInventory } from '../../test-parts/running-inventory.ts'
import { useDatabase } from '../../test-parts/shop-database.ts'
import type { LogsTail } from '../api.ts'

const database = useDatabase()
/** Each test starts a process of its own. */
vi.setConfig({ testTimeout: 90_000 })
const start = () => runInventory(database.url)
const turn = async (instance: RunningInventory, fault: object) =>
  expect((await instance.send('POST', '/faults', fault)).json).toMatchObject({ ok: true, ...fault })
const until = (condition: () => Promise<boolean>) =>
  vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 50 })

describe.concurrent('a fault', () => {
  it('latency: the storage answers later, and at once when it ends', async ({ expect }) => {
    await using instance = await start()
    await turn(instance, { mode: 'latency', latency_ms: 300 })
    await Promise.all([instance.send('GET', '/items/1'), instance.send('GET', '/random-endpoint')])
    expect(await instance.metric('http_request_duration_seconds_sum')).toBeGreaterThan(0.6)
    expect(await instance.metric('http_request_duration_seconds_bucket', 'le="0.25"')).toBe(0)
    await turn(instance, { mode: 'latency', latency_ms: 30_000 })
    const waiting = instance.send('GET', '/items/1')
    await until(async () => (await instance.metric('db_pool_connections_in_use')) > 0)
    await turn(instance, { mode: 'none' })
    expect((await waiting).status).toBe(200)
  })

  it('errors: the share asked for of the storage calls fails, in the store, and none after it ends', async ({ expect }) => {
    await using instance = await start()
    await turn(instance, { mode: 'errors', p_error: 0.5 })
    // No more at once than there are connections: nobody waits for one.
    const statuses: number[] = []
    const customer = async () => {
      for (let i = 0; i < 50; i++) statuses.push((await instance.send('GET', '/items/1')).status)
    }
    await Promise.all([customer(), customer(), customer(), customer()])
    const failed = statuses.filter((status) => status === 503).length
    expect(failed).toBeGreaterThan(60)
    expect(failed).toBeLessThan(140)
    expect(await instance.metric('http_errors_total', 'route="/items/:id"')).toBe(failed)
    const { entries, count } = (await instance.send('GET', '/logs/tail?seconds=900&limit=1000')).json as LogsTail
    expect(count).toBe(failed)
    expect(entries[0]).toMatchObject({
      message: 'Connection terminated unexpectedly',
      error: 'Error',
      code: 'connection_lost',
      status: 503,
    })
    expect(entries[0]?.stack).toContain('packages/inventory/src/store/postgres-item-store.ts:')
    expect(await instance.metric('db_errors_total', 'code="connection_lost"')).toBe(failed)
    await turn(instance, { mode: 'none' })
    await until(async () => (await instance.send('GET', '/items/1')).status === 200)
  })

  it('cpu: each request costs CPU time, and scrapes still get their answer', async ({ expect }) => {
    await using instance = await start()
    const before = await instance.metric('process_cpu_seconds_total')
    await turn(instance, { mode: 'cpu', cpu_ms: 100 })
    const shopping = Promise.all(Array.from({ length: 5 }, () => instance.send('GET', '/items/1')))
    expect((await instance.send('GET', '/healthz')).status).toBe(200)
    const answered = () => instance.metric('http_requests_total', 'route="/items/:id"')
    expect(await answered()).toBeLessThan(5)
    await shopping
    expect((await instance.metric('process_cpu_seconds_total')) - before).toBeGreaterThan(0.5)
    expect(await instance.metric('http_request_duration_seconds_bucket', 'le="0.05"')).toBe(0)
  })

  it('oom_safe: resident memory grows to its end, then requests find none, and it comes down when it ends', async ({ expect }) => {
    await using instance = await start()
    const resident = () => instance.metric('process_resident_memory_bytes')
    const before = await resident()
    await turn(instance, { mode: 'oom_safe', memory_mb: 48 })
    await until(async () => (await instance.send('GET', '/items/1')).status === 500)
    const held = await resident()
    expect(held).toBeGreaterThan(before + 40e6)
    const { entries } = (await instance.send('GET', '/logs/tail?seconds=900&limit=1000')).json as LogsTail
    expect(entries[0]).toMatchObject({
      message: 'Out of memory: all 48 MiB of working memory are in use',
      error: 'RangeError',
      code: 'ENOMEM',
    })
    expect(entries[0]?.stack).toContain('packages/inventory/src/memory/working-memory.ts:')
    await turn(instance, { mode: 'none' })
    expect((await instance.send('GET', '/items/1')).status).toBe(200)
    await until(async () => (await resident()) < held - 35e6)
  })

  it('memory_leak: each request keeps memory until there is none, and all of it comes back when it ends', async ({ expect }) => {
    await using instance = await start()
    await turn(instance, { mode: 'memory_leak', memory_mb: 1 })
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await instance.send('GET', '/items/1')).status)
    expect(statuses).toEqual([...Array.from({ length: 8 }, () => 200), 500, 500, 500, 500])
    await turn(instance, { mode: 'none' })
    expect((await instance.send('GET', '/items/1')).status).toBe(200)
  })

  it('pool_leak: calls that find or change nothing keep their connection, until none is left, and all come back when it ends', async ({
    expect,
  }) => {
    await using instance = await start()
    const inUse = () => instance.metric('db_pool_connections_in_use')
    await turn(instance, { mode: 'pool_leak' })
    expect((await instance.send('GET', '/items/1')).status).toBe(200)
    expect(await inUse()).toBe(0)
    expect((await instance.send('GET', '/items/no-such-item')).status).toBe(404)
    expect((await instance.send('POST', '/items/1/reservations', { quantity: 100_000 })).status).toBe(409)
    expect((await instance.send('DELETE', '/items/no-such-item')).status).toBe(404)
    expect(await inUse()).toBe(3)
    expect((await instance.send('GET', '/items/no-such-item')).status).toBe(404)
    expect((await instance.send('GET', '/items/1')).status).toBe(503)
    const { entries } = (await instance.send('GET', '/logs/tail?seconds=900&limit=1000')).json as LogsTail
    expect(entries).toMatchObject([{ message: 'timeout exceeded when trying to connect', code: 'pool_timeout', status: 503 }])
    await turn(instance, { mode: 'none' })
    expect(await inUse()).toBe(0)
    expect((await instance.send('GET', '/items/1')).status).toBe(200)
  })

  it('crash: the process dies after it has answered', async ({ expect }) => {
    await using instance = await start()
    await turn(instance, { mode: 'crash' })
    expect(await instance.exited).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('ends by itself, and gives way to the next one', async ({ expect }) => {
    await using instance = await start()
    await turn(instance, { mode: 'latency', latency_ms: 30_000 })
    await turn(instance, { mode: 'errors', p_error: 1, ttl_seconds: 1 })
    expect((await instance.send('GET', '/items/1')).status).toBe(503)
    await until(async () => (await instance.send('GET', '/items/1')).status === 200)
  })
})

describe.concurrent('from outside', () => {
  // Marks that stand out: as numbers of their own they must be nowhere.
  const marked = { p_error: 0.7731, latency_ms: 137, cpu_ms: 139, cpu_share: 0.8887, memory_mb: 251, ttl_seconds: 877 }
  const MARKS = /(?<![\d.])(0\.7731|137|139|0\.8887|251|877)(?!\d)/
  const WORDS = /\b(faults?|inject\w*|chaos|latency_ms|cpu_ms|p_error|ttl_seconds|cpu_share|memory_mb|oom\w*|leak\w*)\b/i

  const shapeOf = async (instance: RunningInventory, path: string) => {
    const { text, headers } = await instance.send('GET', path)
    // Names of headers and series, without the values that move by themselves.
    const names = path === '/metrics' ? text.replace(/^(\w+(\{[^}]*\})?) .*$/gm, '$1') : text
    // Kinds of garbage collection appear with their first run.
    const lines = names.split('\n').filter((name) => !name.startsWith('nodejs_gc_') && !name.startsWith('nodejs_active_'))
    return { headers: [...headers.keys()], names: lines.sort(), text }
  }

  it.each(['latency', 'errors', 'cpu', 'oom_safe', 'memory_leak', 'pool_leak'] as const)('nothing tells that %s is on', async (mode) => {
    await using instance = await start()
    const shop = () => Promise.all(['/items/1', '/random-endpoint', '/random-endpoint/error'].map((path) => instance.send('GET', path)))
    await shop()
    const before = [await shapeOf(instance, '/healthz'), await shapeOf(instance, '/metrics')]
    await instance.send('POST', '/faults', { mode, ...marked })
    const answers = await shop()
    const after = [await shapeOf(instance, '/healthz'), await shapeOf(instance, '/metrics')]
    // A first 500 of a route is a series that was there at zero already.
    expect(after.map(({ headers, names }) => ({ headers, names }))).toEqual(before.map(({ headers, names }) => ({ headers, names })))
    const log = await instance.send('GET', '/logs/tail?seconds=900&limit=1000')
    const seen = [...after, ...answers, log].map(({ text, headers }) => JSON.stringify([text, [...headers]])).join('\n')
    expect(WORDS.exec(seen)).toBeNull()
    // The stock of an item is a number of the catalogue, so the marks are looked for where the on-call agent looks.
    expect(MARKS.exec(withoutValues(after, log))).toBeNull()
  })

  it('the stack of a failure is the same, whatever else is on', async () => {
    await using instance = await start()
    const stacks = new Set<string | undefined>()
    for (const mode of ['none', 'latency', 'cpu', 'oom_safe', 'memory_leak', 'pool_leak']) {
      await instance.send('POST', '/faults', { mode, ...marked })
      await instance.send('GET', '/random-endpoint/error')
      stacks.add(((await instance.send('GET', '/logs/tail?seconds=900&limit=1000')).json as LogsTail).entries.at(-1)?.stack)
    }
    expect([...stacks]).toHaveLength(1)
  })

  /** The metrics without Node's own numbers of bytes and handles, the health and the log without times and pids. */
  function withoutValues(shapes: { text: string }[], log: { text: string }): string {
    const metrics = shapes.map(({ text }) => text.replace(/^(process_|nodejs_).*$/gm, '')).join('\n')
    return metrics + log.text.replaceAll(/"(ts|pid|instance)":("[^"]*"|\d+)/g, '').replaceAll(/\.ts:\d+:\d+|:\d+:\d+\)/g, '')
  }
})
