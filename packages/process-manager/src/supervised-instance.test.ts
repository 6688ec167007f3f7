import { expect, it, vi } from 'vitest'
import type { InstanceClient } from './instance-client.ts'
import type { Exit, StartInventory } from './inventory-process.ts'
import { SupervisedInstance } from './supervised-instance.ts'

/** Processes that do nothing but end when they are told to. */
function createFakeProcesses() {
  const ends: ((exit: Exit) => void)[] = []
  const signals: string[] = []
  const start: StartInventory = () => {
    const { promise, resolve } = Promise.withResolvers<Exit>()
    ends.push(resolve)
    const kill = (signal: 'SIGTERM' | 'SIGKILL') => {
      signals.push(signal)
      resolve({ code: null, signal })
    }
    return { pid: 1_000 + ends.length, exited: promise, kill }
  }
  return { start, signals, end: (exit: Exit) => ends.at(-1)?.(exit), count: () => ends.length }
}

const answeringPid = (pid: () => number | null): InstanceClient => ({ findHealthyPid: async () => pid(), setFault: async () => {} })

it('goes from starting to running, and through backoff to a new process when it ends by itself', async () => {
  const processes = createFakeProcesses()
  const states: string[] = []
  const instance = new SupervisedInstance(8001, {
    start: processes.start,
    client: answeringPid(() => 1_000 + processes.count()),
    healthyWithinMs: 1_000,
    onChange: ({ state }) => states.push(state),
  })
  expect(await instance.becameHealthy()).toBe(true)
  expect(instance.describe()).toMatchObject({ instance: '127.0.0.1:8001', pid: 1_001, state: 'running', restarts: 0, last_exit: null })
  processes.end({ code: 7, signal: null })
  await vi.waitFor(() =>
    expect(instance.describe()).toMatchObject({ state: 'backoff', pid: null, started_at: null, last_exit: { code: 7 } }),
  )
  await vi.waitFor(() => expect(instance.describe()).toMatchObject({ state: 'running', pid: 1_002, restarts: 1 }), { timeout: 3_000 })
  await instance.stop()
  expect(states).toEqual(['starting', 'running', 'backoff', 'starting', 'running', 'stopping'])
  expect(processes.signals).toEqual(['SIGTERM'])
})

it('gives up a process that is not healthy in time, also when another process answers on its port', async () => {
  const processes = createFakeProcesses()
  const instance = new SupervisedInstance(8001, {
    start: processes.start,
    client: answeringPid(() => 4_711),
    healthyWithinMs: 200,
    onChange: () => {},
  })
  expect(await instance.becameHealthy()).toBe(false)
  await vi.waitFor(() => expect(instance.describe()).toMatchObject({ state: 'backoff', last_exit: { signal: 'SIGKILL' } }))
  await instance.stop()
  expect(processes.count()).toBe(1)
})
