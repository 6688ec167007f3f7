import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { buildShop } from '../../test-parts/built-shop.ts'
import { useDatabase } from '../../test-parts/shop-database.ts'
import type { FaultMode } from '../api.ts'
import { WorkingMemory } from '../memory/working-memory.ts'
import type { Surroundings } from '../surroundings.ts'
import { crash } from './crash.ts'
import { FAULTS } from './fault-list.ts'

const database = useDatabase()
vi.setConfig({ testTimeout: 90_000 })

type Shop = Awaited<ReturnType<typeof buildShop>>
type Mode = Exclude<FaultMode, 'none' | 'crash'>

/** What shows that a fault is at work, beside what it does to requests. */
const EFFECT: Record<Mode, (shop: Shop) => void> = {
  latency: ({ surroundings }) => expect(surroundings.waitForStorage).toBeDefined(),
  errors: ({ failures }) => expect(failures.length).toBeGreaterThan(0),
  cpu: ({ surroundings }) => expect(surroundings.waitForRequest).toBeDefined(),
  oom_safe: ({ memory }) => expect(memory.inUse).toBe(4 * 1_048_576),
  memory_leak: ({ memory }) => expect(memory.inUse).toBeGreaterThan(0),
  pool_leak: ({ database }) => expect(database.load().inUse).toBe(4),
}

const send = (shop: Shop, body: object) => shop.app.inject({ method: 'POST', url: '/faults', payload: body })
const shopping = (shop: Shop) =>
  Promise.all(['/items/1', '/items/2', '/items?limit=3', ...Array(5).fill('/items/no-such-item')].map((url) => shop.app.inject(url)))

/** All that a fault may have touched. */
async function stateOf(shop: Shop) {
  const statuses = (await shopping(shop)).map(({ statusCode }) => statusCode)
  const { max, inUse, waiting } = shop.database.load()
  return {
    doors: Object.values(shop.surroundings).filter(Boolean).length,
    workingMemory: shop.memory.inUse,
    hasRoom: hasRoom(shop.memory),
    pool: { max, inUse, waiting },
    statuses,
    isUp: shop.database.isUp(),
  }
}

/** More than the faults below leave. */
function hasRoom(memory: WorkingMemory): boolean {
  const areas: { giveBack(): void }[] = []
  try {
    while (areas.length < 40) areas.push(memory.take())
    return true
  } catch {
    return false
  } finally {
    for (const area of areas) area.giveBack()
  }
}

/** `latency` outlasts the test, `oom_safe` and `memory_leak` are full at once. */
const strong = { p_error: 1, latency_ms: 30_000, cpu_ms: 50, memory_mb: 4 }

const ends: [string, (shop: Shop) => Promise<unknown>, number][] = [
  ['`none`', (shop) => send(shop, { mode: 'none' }), 900],
  ['its time', () => setTimeout(0), 1],
  ['the next fault and its end', (shop) => send(shop, { mode: 'cpu', cpu_ms: 1, ttl_seconds: 1 }), 900],
]

describe.concurrent.each(ends)('ended by %s', (_name, end, ttl_seconds) => {
  it.for(Object.keys(EFFECT) as Mode[])('%s leaves everything as it was', async (mode, { expect, onTestFinished: onFinished }) => {
    const shop = await buildShop(database.url, { onFinished })
    const before = await stateOf(shop)
    expect((await send(shop, { mode, ...strong, ttl_seconds })).statusCode).toBe(200)
    const requests = shopping(shop)
    if (mode === 'pool_leak' || mode === 'errors' || mode === 'memory_leak') await requests
    if (ttl_seconds > 1) await vi.waitFor(() => EFFECT[mode](shop), 25_000)
    await end(shop)
    await requests
    await vi.waitFor(async () => expect(await stateOf(shop)).toEqual(before), { timeout: 25_000, interval: 100 })
  })
})

describe('each fault', () => {
  it('of the list has a test here', () => {
    expect(FAULTS.map(({ mode }) => mode).sort()).toEqual([...Object.keys(EFFECT), 'crash'].sort())
  })

  it('ends with the instance, which then closes at once', async () => {
    const shop = await buildShop(database.url)
    await send(shop, { mode: 'pool_leak', ttl_seconds: 900 })
    await shopping(shop)
    await shop.app.close()
    expect(Object.values(shop.surroundings).filter(Boolean)).toEqual([])
  })

  it('crash can be called off before it strikes', () => {
    vi.useFakeTimers()
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
    onTestFinished(() => {
      vi.useRealTimers()
      kill.mockRestore()
    })
    const target = { surroundings: {} as Surroundings, memory: new WorkingMemory() }
    crash.start({}, target)()
    vi.advanceTimersByTime(1_000)
    expect(kill).not.toHaveBeenCalled()
    crash.start({}, target)
    vi.advanceTimersByTime(1_000)
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL')
  })
})

describe('cpu', () => {
  it('burns no more than its share of a core, whatever is asked of it', async () => {
    const shop = await buildShop(database.url)
    await send(shop, { mode: 'cpu', cpu_ms: 60, cpu_share: 0.2 })
    const began = performance.now()
    await Promise.all(Array.from({ length: 6 }, () => shop.app.inject('/items/1')))
    // 360 ms at a fifth of a core take 1.8 s; the last slice is paid for afterwards.
    expect(performance.now() - began).toBeGreaterThan(1_700)
  })
})
