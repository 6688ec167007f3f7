import { describe, expect, it, vi } from 'vitest'
import { createFakeProcesses } from '../test-parts/fake-processes.ts'
import { decideAfterExit, MOST_STARTS } from './give-up-policy.ts'
import { SupervisedInstance, type Supervision } from './supervised-instance.ts'

const PORT = 8001

/** An instance on port 8001 whose back-off takes no time. */
function build(changes: Partial<Supervision> = {}, processes = createFakeProcesses()) {
  const events: string[] = []
  const instance = new SupervisedInstance(PORT, {
    ...processes,
    by: 'the test that builds it',
    healthyWithinMs: 5_000,
    hangsAfterMs: 10_000,
    released: async () => true,
    decideAfterExit(history) {
      const decision = decideAfterExit(history)
      return decision.kind === 'restart' ? { ...decision, afterMs: 0 } : decision
    },
    onEvent: ({ type }) => events.push(type),
    ...changes,
  })
  const until = (state: string) => vi.waitFor(() => expect(instance.state).toBe(state), { timeout: 10_000, interval: 5 })
  return { instance, processes, events, until }
}

it('names in each event who asked: a caller for what it asked for, the supervisor for the rest', async () => {
  const seen: [string, string][] = []
  const { instance, processes } = build({ onEvent: ({ type, by }) => seen.push([type, by]) })
  await instance.becameHealthy()
  processes.on(PORT).end({ code: 7, signal: null })
  await vi.waitFor(() => expect(instance.describe()).toMatchObject({ state: 'running', restarts: 1 }), { timeout: 5_000, interval: 5 })
  await instance.replace('a rolling restart')
  await instance.stop({ by: 'a person' })
  expect(seen).toEqual([
    ['starting', 'the test that builds it'],
    ['running', 'the test that builds it'],
    ['exit', 'the supervisor'],
    ['backoff', 'the supervisor'],
    ['starting', 'the supervisor'],
    ['running', 'the supervisor'],
    ['draining', 'a rolling restart'],
    ['stopping', 'a rolling restart'],
    ['exit', 'a rolling restart'],
    ['starting', 'a rolling restart'],
    ['running', 'a rolling restart'],
    ['draining', 'a person'],
    ['stopping', 'a person'],
    ['exit', 'a person'],
  ])
})

it('runs, and after an exit that nobody asked for starts another process', async () => {
  const { instance, processes, events } = build()
  expect(await instance.becameHealthy()).toBe(true)
  const first = processes.on(PORT)
  expect(instance.describe()).toMatchObject({
    instance: '127.0.0.1:8001',
    pid: first.pid,
    instance_id: first.instanceId,
    release: '1.2.3',
    commit: 'c'.repeat(40),
    state: 'running',
    reason: null,
    restarts: 0,
    exits: [],
  })
  first.end({ code: 7, signal: null })
  await vi.waitFor(() => expect(instance.describe()).toMatchObject({ state: 'running', restarts: 1 }), { timeout: 5_000, interval: 5 })
  const { last_exit, exits, instance_id } = instance.describe()
  expect(last_exit).toMatchObject({ code: 7, signal: null })
  expect(exits).toMatchObject([{ code: 7, signal: null, expected: false, uptime_seconds: expect.any(Number) }])
  expect(instance_id).not.toBe(first.instanceId)
  await instance.stop({ by: 'a test' })
  expect(events).toEqual(['starting', 'running', 'exit', 'backoff', 'starting', 'running', 'draining', 'stopping', 'exit'])
  expect(instance.describe().exits).toMatchObject([{ expected: false }, { code: 0, expected: true }])
})

it('a replacement of a process that is still starting is judged by the new process alone', async () => {
  const processes = createFakeProcesses()
  processes.sick.add(PORT)
  const { instance } = build({}, processes)
  const replaced = instance.replace('a test')
  processes.sick.delete(PORT)
  expect(await replaced).toBe(true)
  expect(instance.describe()).toMatchObject({ state: 'running', restarts: 0 })
  await instance.stop({ by: 'a test' })
})

it('tells in backoff why, and when it starts again', async () => {
  const { instance, processes, until } = build({ decideAfterExit })
  await instance.becameHealthy()
  processes.on(PORT).end({ code: null, signal: 'SIGSEGV' })
  await until('backoff')
  expect(instance.describe().reason).toMatch(/^the process killed by SIGSEGV after \d\.\d s; it is started again 0\.5 s later$/)
  await instance.stop({ by: 'a test' })
})

it('takes no other process on the port for its own', async () => {
  const processes = createFakeProcesses()
  const client = { ...processes.client, findHealthyId: async () => 'somebody else' }
  const { instance, until } = build({ client, healthyWithinMs: 50, decideAfterExit }, processes)
  expect(await instance.becameHealthy()).toBe(false)
  await until('backoff')
  expect(instance.describe().reason).toContain('was not healthy within 0.05 s, killed by SIGKILL')
  await instance.stop({ by: 'a test' })
})

describe('a crash loop', () => {
  it('ends fatal with its reason after ten starts, and is revived', async () => {
    const processes = createFakeProcesses()
    processes.crashing.add(PORT)
    const { instance, until } = build({}, processes)
    expect(await instance.becameHealthy()).toBe(false)
    await until('fatal')
    expect(processes.started).toHaveLength(MOST_STARTS)
    const { reason, pid, exits } = instance.describe()
    expect(reason).toMatch(/^given up after 10 starts within a minute; the last process exited with code 1 after \d\.\d s$/)
    expect([pid, exits.length]).toEqual([null, MOST_STARTS])

    processes.crashing.clear()
    instance.revive('a test')
    expect(await instance.becameHealthy()).toBe(true)
    expect(instance.describe()).toMatchObject({ state: 'running', reason: null })
    await instance.stop({ by: 'a test' })
  })

  it.each(['backoff', 'fatal'])('can be stopped in %s', async (state) => {
    const processes = createFakeProcesses()
    processes.crashing.add(PORT)
    const { instance, until } = build(state === 'backoff' ? { decideAfterExit } : {}, processes)
    await until(state)
    await instance.stop({ by: 'a test' })
    expect(instance.state).toBe('stopping')
    expect(processes.alive()).toEqual([])
  })
})

describe('a process that answers nothing', () => {
  it('is killed and started again', async () => {
    const { instance, processes, events } = build({ hangsAfterMs: 40 })
    await instance.becameHealthy()
    processes.silent.add(PORT)
    await vi.waitFor(() => expect(events).toContain('unresponsive'), { interval: 5 })
    processes.silent.clear()
    await vi.waitFor(() => expect(instance.describe()).toMatchObject({ state: 'running', restarts: 1, last_exit: { signal: 'SIGKILL' } }))
    expect(processes.signals).toEqual(['8001 SIGKILL'])
    await instance.stop({ by: 'a test' })
  })

  it('is left alone while it answers late', async () => {
    const processes = createFakeProcesses()
    let asked = 0
    const isAnswering = async () => ++asked > 0 && new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 30))
    const { instance, events } = build({ hangsAfterMs: 40, client: { ...processes.client, isAnswering } }, processes)
    await vi.waitFor(() => expect(asked).toBeGreaterThan(3), { interval: 5 })
    expect(events).toEqual(['starting', 'running'])
    await instance.stop({ by: 'a test' })
  })
})

describe('stopping', () => {
  it('ends the process only when nobody sends to it any more', async () => {
    const released = Promise.withResolvers<boolean>()
    const { instance, processes, until } = build({ released: () => released.promise })
    await instance.becameHealthy()
    const stopped = instance.stop({ by: 'a test' })
    await until('draining')
    expect(processes.signals).toEqual([])
    released.resolve(true)
    await stopped
    expect(processes.signals).toEqual(['8001 SIGTERM'])
  })

  it('waits for nobody in a hurry, and kills what does not end', async () => {
    const { instance, processes } = build({ released: () => new Promise(() => {}) })
    await instance.becameHealthy()
    processes.stubborn.add(PORT)
    await instance.stop({ by: 'a test', hurry: true })
    expect(processes.signals).toEqual(['8001 SIGTERM', '8001 SIGKILL'])
  })

  it('ends a process that is starting, which never runs then', async () => {
    const processes = createFakeProcesses()
    processes.sick.add(PORT)
    const { instance, events } = build({}, processes)
    const healthy = instance.becameHealthy()
    await instance.stop({ by: 'a test' })
    expect(await healthy).toBe(false)
    expect(events).toEqual(['starting', 'stopping', 'exit'])
  })
})

describe('an orderly restart', () => {
  it('is counted neither as a crash nor as a restart', async () => {
    const { instance, processes, events } = build()
    await instance.becameHealthy()
    expect(await instance.replace('a test')).toBe(true)
    expect(processes.started).toHaveLength(2)
    expect(instance.describe()).toMatchObject({ state: 'running', restarts: 0, last_exit: null, exits: [{ expected: true }] })
    expect(events.slice(2)).toEqual(['draining', 'stopping', 'exit', 'starting', 'running'])
    await instance.stop({ by: 'a test' })
  })

  it('is given up when the instance is stopped meanwhile', async () => {
    const { instance, processes, until } = build({ released: () => new Promise((resolve) => setTimeout(resolve, 20)) })
    await instance.becameHealthy()
    const replaced = instance.replace('a test')
    await until('draining')
    await instance.stop({ by: 'a test' })
    expect(await replaced).toBe(false)
    expect([processes.started.length, processes.alive().length]).toEqual([1, 0])
  })
})
