import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Instance } from '../api.ts'
import type { InstanceClient } from '../instance-client.ts'
import type { InstanceFault } from './behaviour.ts'
import { InstanceFaults } from './instance-faults.ts'

const GIGABYTE = 1_073_741_824
// Only what the faults look at.
const at = (port: number, state: Instance['state'] = 'running') => ({ port, state }) as Instance

/** Faults over instances that take everything and remember it. */
function build(availableBytes = 8 * GIGABYTE) {
  const sent: [number, Partial<InstanceFault>][] = []
  const revived: number[] = []
  const client = {
    setFault: async (port: number, fault: Partial<InstanceFault>) => void sent.push([port, fault]),
  } as Partial<InstanceClient> as InstanceClient // Nothing else of it is used.
  const revive = async (port: number) => revived.push(port)
  const faults = new InstanceFaults({ client, availableMemory: () => availableBytes, revive })
  const shares = () => Object.fromEntries(sent.flatMap(([port, { cpu_share }]) => (cpu_share === undefined ? [] : [[port, cpu_share]])))
  return { faults, sent, revived, shares }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('shares one core among the instances that burn, and anew when there are more or fewer', async () => {
  const { faults, shares } = build()
  await faults.give({ mode: 'cpu', ttl_seconds: 100 }, [at(1), at(2)])
  expect(shares()).toEqual({ 1: 1 / 2, 2: 1 / 2 })
  await faults.give({ mode: 'cpu', ttl_seconds: 100 }, [at(3), at(4)])
  expect(shares()).toEqual({ 1: 1 / 4, 2: 1 / 4, 3: 1 / 4, 4: 1 / 4 })
  vi.advanceTimersByTime(60_000)
  faults.follow(4, 'backoff')
  faults.follow(3, 'stopping')
  expect(shares()).toMatchObject({ 1: 1 / 2, 2: 1 / 2 })
  await faults.end([at(2)])
  expect(shares()).toMatchObject({ 1: 1 })
})

it('gives a new share for the rest of the time only', async () => {
  const { faults, sent } = build()
  await faults.give({ mode: 'cpu', cpu_ms: 30, ttl_seconds: 100 }, [at(1), at(2)])
  vi.advanceTimersByTime(60_000)
  faults.follow(2, 'stopping')
  expect(sent.at(-1)).toEqual([1, { mode: 'cpu', cpu_ms: 30, cpu_share: 1, ttl_seconds: 40 }])
})

it('lets memory faults together leave the host its reserve, and refuses what does not fit', async () => {
  const { faults, sent } = build(GIGABYTE)
  expect(await faults.give({ mode: 'oom_safe', ttl_seconds: 100 }, [at(1), at(2), at(3), at(4)])).toContainEqual({
    port: 4,
    ok: true,
    memory_mb: 128,
  })
  await expect(faults.give({ mode: 'memory_leak', ttl_seconds: 100 }, [at(5)])).rejects.toMatchObject({ status: 409 })
  expect(sent).toHaveLength(4)
  // Whoever replaces his own gets his own share again.
  expect(await faults.give({ mode: 'memory_leak', ttl_seconds: 100 }, [at(1)])).toEqual([{ port: 1, ok: true, memory_mb: 128 }])
})

it('a crash is given again after each restart while it lasts', async () => {
  const { faults, sent } = build()
  await faults.give({ mode: 'crash', ttl_seconds: 20 }, [at(1)])
  for (const state of ['backoff', 'starting', 'running'] as const) faults.follow(1, state)
  vi.advanceTimersByTime(5_000)
  expect(sent).toHaveLength(2)
  for (const state of ['backoff', 'starting'] as const) faults.follow(1, state)
  vi.advanceTimersByTime(15_000)
  faults.follow(1, 'running')
  vi.advanceTimersByTime(30_000)
  expect(sent).toHaveLength(2)
  expect(faults.list()).toEqual([])
})

it.each(['its end', 'none'])('%s starts an instance again that was given up because of it, and no other', async (by) => {
  const { faults, revived } = build()
  await faults.give({ mode: 'crash', ttl_seconds: 20 }, [at(1), at(2)])
  faults.follow(1, 'fatal')
  faults.follow(3, 'fatal')
  if (by === 'none') await faults.end([at(1, 'fatal'), at(2), at(3, 'fatal')])
  else vi.advanceTimersByTime(21_000)
  expect(revived).toEqual([1])
})

it('a crash goes on when a person starts the given-up instance meanwhile', async () => {
  const { faults, sent, revived } = build()
  await faults.give({ mode: 'crash', ttl_seconds: 60 }, [at(1)])
  for (const state of ['fatal', 'starting', 'running'] as const) faults.follow(1, state)
  vi.advanceTimersByTime(5_000)
  expect(sent).toHaveLength(2)
  vi.advanceTimersByTime(60_000)
  expect(revived).toEqual([])
})

it('none is tried again where the instance is slow to take it, and what stays on is told', async () => {
  let failures = 2
  const setFault = async (_port: number, { mode }: Partial<InstanceFault>) => {
    if (mode === 'none' && failures-- > 0) throw new Error('no answer')
  }
  // Nothing else of it is used.
  const client = { setFault } as Partial<InstanceClient> as InstanceClient
  const faults = new InstanceFaults({ client, availableMemory: () => GIGABYTE, revive: async () => undefined })
  await faults.give({ mode: 'errors', ttl_seconds: 60 }, [at(1)])
  expect(await faults.end([at(1)])).toEqual([{ port: 1, ok: true }])
  await faults.give({ mode: 'errors', ttl_seconds: 60 }, [at(1)])
  failures = 99
  expect(await faults.end([at(1)])).toEqual([{ port: 1, ok: false, error: 'no answer' }])
  expect(faults.list()).toHaveLength(1)
})

it('a fault ends with its process, and one that is not running gets none', async () => {
  const { faults } = build()
  expect(await faults.give({ mode: 'errors', ttl_seconds: 60 }, [at(1), at(2, 'backoff')])).toEqual([
    { port: 1, ok: true },
    { port: 2, ok: false, error: 'The instance is not running (backoff)' },
  ])
  faults.follow(1, 'draining')
  expect(faults.list()).toHaveLength(1)
  faults.follow(1, 'backoff')
  expect(faults.list()).toEqual([])
})
