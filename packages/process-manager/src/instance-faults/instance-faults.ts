import { type FaultDeclaration, INSTANCE_FAULTS } from '@oncall-lab/inventory/api'
import { describeError } from '@oncall-lab/service-kit/errors'
import { KeyedQueue } from '@oncall-lab/service-kit/keyed-queue'
import type { FleetFaultResult, Instance } from '../api.ts'
import type { InstanceClient } from '../instance-client.ts'
import type { ActiveInstanceFault, FaultBehaviour, InstanceFault } from './behaviour.ts'
import { coreShare } from './core-share.ts'
import { crashLoop } from './crash-loop.ts'
import { memoryShare } from './memory-share.ts'

interface Parts {
  client: InstanceClient
  /** Bytes that this machine, or the container, could still give. */
  availableMemory: () => number
  /** Starts an instance again that was given up. */
  revive: (port: number) => Promise<unknown>
  /** The faults that there are. */
  faults?: readonly FaultDeclaration[]
}

type Outcome = FleetFaultResult['results'][number]
interface Held extends ActiveInstanceFault {
  timer: NodeJS.Timeout
}

/** Together, with the client's patience of 5 s, no longer than the database may take. */
const END_ATTEMPTS = 4
const PLAIN: FaultBehaviour = {}

/**
 * Hands faults to instances and remembers what is on. What a fault needs beside that (a share of what the machine has, to be given again after a
 * restart) is the behaviour of its kind.
 */
export class InstanceFaults implements Disposable {
  readonly #client: InstanceClient
  readonly #faults: readonly FaultDeclaration[]
  readonly #behaviours: Record<NonNullable<FaultDeclaration['uses']>, FaultBehaviour>
  readonly #queue = new KeyedQueue()
  readonly #active = new Map<number, Held>()
  readonly #fatal = new Set<number>()

  constructor({ client, availableMemory, revive, faults = INSTANCE_FAULTS }: Parts) {
    this.#client = client
    this.#faults = faults
    this.#behaviours = {
      core: coreShare,
      memory: memoryShare(availableMemory),
      process: crashLoop({ revive, again: (port) => this.#giveAgain(port) }),
    }
  }

  /** What is on now, by port. */
  list(): ActiveInstanceFault[] {
    const now = Date.now()
    return [...this.#active.values()].filter(({ until }) => until > now).sort((a, b) => a.port - b.port)
  }

  /** @throws LabError 409 when the machine has too little memory for it. */
  give(fault: InstanceFault, instances: Instance[]): Promise<Outcome[]> {
    return this.#queue.run('fault', async () => {
      const ports = instances.filter(isServing).map(({ port }) => port)
      const fitted = this.#behaviourOf(fault).fits?.(fault, ports, this.#alike(fault)) ?? fault
      return this.#toEach(instances, (instance) => this.#giveTo(instance, fitted))
    })
  }

  /** Ends what is on in these instances; resolves when it is undone. */
  end(instances: Instance[]): Promise<Outcome[]> {
    return this.#queue.run('fault', () => this.#toEach(instances, (instance) => this.#endIn(instance)))
  }

  /** Follows the state of an instance; to be called at each change. */
  follow(port: number, state: Instance['state']): void {
    if (state === 'fatal') this.#fatal.add(port)
    else this.#fatal.delete(port)
    const active = this.#active.get(port)
    if (!active || state === 'draining') return
    const { outlivesProcess, onState } = this.#behaviourOf(active.fault)
    onState?.(port, state === 'running')
    if (state === 'running') return
    if (state === 'stopping' || !outlivesProcess) this.#forget(port)
    this.#rebalance()
  }

  [Symbol.dispose](): void {
    for (const { port, fault } of this.#active.values()) {
      this.#forget(port)
      void this.#behaviourOf(fault).onEnd?.(port, false)
    }
  }

  async #toEach(instances: Instance[], act: (instance: Instance) => Promise<Outcome>): Promise<Outcome[]> {
    const results = await Promise.all(instances.map(act))
    this.#rebalance()
    return results
  }

  async #giveTo(instance: Instance, fault: InstanceFault): Promise<Outcome> {
    const { port, state } = instance
    if (!isServing(instance)) return { port, ok: false, error: `The instance is not running (${state})` }
    // Remembered first: a crash may come before its answer.
    const before = this.#active.get(port)
    this.#forget(port)
    this.#remember({ port, fault, until: Date.now() + fault.ttl_seconds * 1_000 })
    try {
      await this.#client.setFault(port, fault)
      return { port, ok: true, ...(this.#declarationOf(fault)?.uses === 'memory' && { memory_mb: fault.memory_mb }) }
    } catch (error) {
      this.#forget(port)
      if (before) this.#remember(before)
      return { port, ok: false, error: describeError(error) }
    }
  }

  async #endIn(instance: Instance): Promise<Outcome> {
    const { port } = instance
    const active = this.#active.get(port)
    this.#forget(port)
    try {
      if (isServing(instance)) await this.#insistOnEnd(port)
      if (active) await this.#behaviourOf(active.fault).onEnd?.(port, this.#fatal.has(port))
      return { port, ok: true }
    } catch (error) {
      if (active && active.until > Date.now()) this.#remember(active)
      return { port, ok: false, error: describeError(error) }
    }
  }

  /** An instance that burns its CPU may be slow to take it. */
  async #insistOnEnd(port: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#client.setFault(port, { mode: 'none' })
      } catch (error) {
        if (attempt === END_ATTEMPTS) throw error
      }
    }
  }

  async #giveAgain(port: number): Promise<void> {
    const active = this.#active.get(port)
    if (active) await this.#client.setFault(port, { mode: active.fault.mode })
  }

  #remember({ port, fault, until }: ActiveInstanceFault): void {
    const timer = setTimeout(() => this.#expire(port), until - Date.now()).unref()
    this.#active.set(port, { port, fault, until, timer })
  }

  #forget(port: number): void {
    clearTimeout(this.#active.get(port)?.timer)
    this.#active.delete(port)
  }

  #expire(port: number): void {
    const active = this.#active.get(port)
    if (!active) return
    this.#forget(port)
    // Nobody waits for it; what goes wrong shows in the instance's state.
    this.#behaviourOf(active.fault)
      .onEnd?.(port, this.#fatal.has(port))
      .catch(() => undefined)
    this.#rebalance()
  }

  /** Gives each instance anew what it may have of a thing that several use up, where that has changed. */
  #rebalance(): void {
    for (const [uses, { rebalance }] of Object.entries(this.#behaviours)) {
      const active = this.list().filter(({ fault }) => this.#declarationOf(fault)?.uses === uses)
      const anew = rebalance?.(active) ?? []
      for (const [place, fault] of anew.entries()) {
        const one = active[place]
        if (one && JSON.stringify(fault) !== JSON.stringify(one.fault)) this.#change(one, fault)
      }
    }
  }

  #change({ port, until }: ActiveInstanceFault, fault: InstanceFault): void {
    const changed = { ...fault, ttl_seconds: Math.ceil((until - Date.now()) / 1_000) }
    this.#forget(port)
    this.#remember({ port, fault: changed, until })
    // An instance that is gone uses nothing up.
    this.#client.setFault(port, changed).catch(() => undefined)
  }

  #alike(fault: InstanceFault): ActiveInstanceFault[] {
    const uses = this.#declarationOf(fault)?.uses
    return this.list().filter((one) => this.#declarationOf(one.fault)?.uses === uses)
  }

  #declarationOf({ mode }: InstanceFault): FaultDeclaration | undefined {
    return this.#faults.find((each) => each.mode === mode)
  }

  #behaviourOf(fault: InstanceFault): FaultBehaviour {
    const uses = this.#declarationOf(fault)?.uses
    return uses ? this.#behaviours[uses] : PLAIN
  }
}

function isServing({ state }: Instance): boolean {
  return state === 'running' || state === 'draining'
}
