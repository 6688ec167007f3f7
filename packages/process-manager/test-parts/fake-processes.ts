import type { InstanceClient } from '../src/instance-client.ts'
import type { Exit, StartInventory } from '../src/inventory-process.ts'

interface FakeProcess {
  port: number
  pid: number
  instanceId: string
  exited: Promise<Exit>
  end: (exit: Exit) => void
}

/** Processes that do nothing but end when they are told to, and what one can ask them. */
export interface FakeProcesses {
  start: StartInventory
  client: InstanceClient
  /** All that were ever started, in order. */
  readonly started: readonly FakeProcess[]
  /** Those that have not ended. */
  alive(): FakeProcess[]
  /** The one on a port that has not ended. */
  on(port: number): FakeProcess
  /** The signals that were sent, as `8001 SIGTERM`. */
  readonly signals: readonly string[]
  /** Ports whose processes never become healthy. */
  readonly sick: Set<number>
  /** Ports whose processes exit with code 1 a moment after their start. */
  readonly crashing: Set<number>
  /** Ports whose processes do not answer any more, be it with an error. */
  readonly silent: Set<number>
  /** Ports whose processes ignore SIGTERM. */
  readonly stubborn: Set<number>
  /** Ports where two processes were alive at a time. */
  readonly doubled: Set<number>
}

export function createFakeProcesses(): FakeProcesses {
  const started: FakeProcess[] = []
  const living = new Map<number, FakeProcess>()
  const signals: string[] = []
  const [sick, crashing, silent, stubborn, doubled] = [
    new Set<number>(),
    new Set<number>(),
    new Set<number>(),
    new Set<number>(),
    new Set<number>(),
  ]

  const start: StartInventory = (port) => {
    const { promise: exited, resolve } = Promise.withResolvers<Exit>()
    const pid = 100_000_000 + started.length
    const end = (exit: Exit) => {
      if (living.get(port) === process) living.delete(port)
      resolve(exit)
    }
    const process = { port, pid, instanceId: `id-${pid}`, exited, end }
    if (living.has(port)) doubled.add(port)
    living.set(port, process)
    started.push(process)
    if (crashing.has(port)) setTimeout(() => end({ code: 1, signal: null }), 1)
    const kill = (signal: 'SIGTERM' | 'SIGKILL') => {
      signals.push(`${port} ${signal}`)
      if (signal === 'SIGTERM' && stubborn.has(port)) return
      setTimeout(() => end({ code: signal === 'SIGTERM' ? 0 : null, signal: signal === 'SIGTERM' ? null : signal }), Math.random() * 5)
    }
    return { ...process, release: '1.2.3', commit: 'c'.repeat(40), kill }
  }

  const on = (port: number) => {
    const process = living.get(port)
    if (!process) throw new Error(`no process on ${port}`)
    return process
  }

  const client: InstanceClient = {
    async findHealthyId(port) {
      return sick.has(port) || crashing.has(port) ? null : (living.get(port)?.instanceId ?? null)
    },
    async isAnswering(port) {
      return living.has(port) && !silent.has(port)
    },
    async setFault() {},
  }
  return { start, client, started, alive: () => [...living.values()], on, signals, sick, crashing, silent, stubborn, doubled }
}
