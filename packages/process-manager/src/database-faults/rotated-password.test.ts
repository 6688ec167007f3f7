import { expect, it, vi } from 'vitest'
import type { FaultyDatabase } from './database-fault.ts'
import { rotatedPassword } from './rotated-password.ts'

/** Two instances that run. */
function fleet() {
  const calls: string[] = []
  let version = 1
  const held = new Map([
    [8001, 1],
    [8002, 1],
  ])
  const outdated = () => [...held.keys()].filter((port) => (held.get(port) ?? 0) < version)
  const restart = (port: number) => held.set(port, version)
  const login: NonNullable<FaultyDatabase['login']> = {
    outdated,
    async rotate() {
      calls.push('rotate')
      version += 1
    },
    async renew() {
      calls.push(`renew ${outdated().join()}`)
      if (calls.length === 2) throw new Error('another rollout is going on')
      for (const port of outdated()) restart(port)
    },
  }
  const database: FaultyDatabase = { url: '', holdFile: undefined, availableMemory: () => 0, login }
  return { calls, restart, database }
}

it('restarts at its end whoever still holds the old password, as often as it takes', async () => {
  const { calls, restart, database } = fleet()
  const fault = await rotatedPassword.start(database, 60)
  restart(8002)
  await fault[Symbol.asyncDispose]()
  expect(calls).toEqual(['rotate', 'renew 8001', 'renew 8001'])
})

it('is over by itself when everybody has been restarted', async () => {
  vi.useFakeTimers()
  using timers = new DisposableStack()
  timers.defer(() => vi.useRealTimers())
  const { calls, restart, database } = fleet()
  const fault = await rotatedPassword.start(database, 60)
  for (const port of [8001, 8002]) restart(port)
  await vi.advanceTimersByTimeAsync(1_000)
  await fault.over
  expect(calls).toEqual(['rotate'])
})

it("is refused where the login is not the lab's own", async () => {
  const database: FaultyDatabase = { url: '', holdFile: undefined, availableMemory: () => 0 }
  await expect(rotatedPassword.start(database, 60)).rejects.toThrow("not the lab's own")
})
