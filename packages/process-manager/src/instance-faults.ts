import type { FaultRequest } from '@oncall-lab/inventory/api'
import { conflict, describeError } from '@oncall-lab/service-kit/errors'
import type { FleetFaultResult, Instance } from './api.ts'
import type { InstanceClient } from './instance-client.ts'
import { decideMemory } from './memory-budget.ts'
import { SerialQueue } from './serial-queue.ts'

/** A fault as an instance takes it; what is missing has the instance's defaults. */
export type InstanceFault = Partial<FaultRequest> & Pick<FaultRequest, 'mode' | 'ttl_seconds'>

/** A fault that is on in one instance. */
export interface ActiveInstanceFault {
  port: number
  fault: InstanceFault
  /** Unix time in ms. */
  until: number
}

interface Parts {
  client: InstanceClient
  /** Bytes that this machine, or the container, could still give. */
  availableMemory: () => number
  /** Starts an instance again that was given up. */
  revive: (port: number) => Promise<unknown>
}

type Outcome = FleetFaultResult['results'][number]

/** Long enough for the instance to be scraped between two crashes. */
const CRASH_AGAIN_AFTER_MS = 3_000
/** Together, with the client's patience of 5 s, no longer than the database may take. */
const END_ATTEMPTS = 4
const MOST_MEMORY_MB = 256
const MEMORY_MODES: readonly string[] = ['oom_safe', 'memory_leak']

/**
 * Hands faults to instances, within what the machine can bear, and remembers what is on. A crash ends its process and with it the instance's own memory of the
 * fault, so it is given again after each restart until its time is over, and an instance that was given up meanwhile is started again at its end;
 * any other fault ends with its process.
 */
export class InstanceFaults implements Disposable {
  readonly #parts: Parts
  readonly #queue = new SerialQueue()
  readonly #active = new Map<number, ActiveInstanceFault>()
  readonly #crashes = new Map<number, NodeJS.Timeout>()
  readonly #crashEnds = new Map<number, NodeJS.Timeout>()
  readonly #fatal = new Set<number>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** What is on now, by port. */
  list(): ActiveInstanceFault[] {
    const now = Date.now()
    return [...this.#active.values()].filter(({ until }) => until > now).sort((a, b) => a.port - b.port)
  }

  /** @throws LabError 409 when the machine has too little memory for it. */
  give(fault: InstanceFault, instances: Instance[]): Promise<Outcome[]> {
    return this.#queue.run(() => {
      const fitted = this.#fit(
        fault,
        instances.filter(isServing).map(({ port }) => port),
      )
      return this.#toEach(instances, (instance) => this.#giveTo(instance, fitted))
    })
  }

  /** Ends what is on in these instances; resolves when it is undone. */
  end(instances: Instance[]): Promise<Outcome[]> {
    return this.#queue.run(() => this.#toEach(instances, (instance) => this.#endIn(instance)))
  }

  /** To be told of each change of an instance's state. */
  follow(port: number, state: Instance['state']): void {
    if (state === 'fatal') this.#fatal.add(port)
    else this.#fatal.delete(port)
    if (state === 'draining') return
    if (state === 'running') {
      this.#crashAgain(port)
      return
    }
    clear(this.#crashes, port)
    if (state === 'stopping' || this.#active.get(port)?.fault.mode !== 'crash') this.#forget(port)
    this.#shareCpu()
  }

  [Symbol.dispose](): void {
    for (const port of this.#active.keys()) this.#forget(port)
  }

  async #toEach(instances: Instance[], act: (instance: Instance) => Promise<Outcome>): Promise<Outcome[]> {
    const results = await Promise.all(instances.map(act))
    this.#shareCpu()
    return results
  }

  /** The fault as these instances may have it: of memory no more than there is, of CPU together no more than one core. */
  #fit(fault: InstanceFault, ports: number[]): InstanceFault {
    if (fault.mode === 'cpu') {
      const burning = new Set([...this.list().flatMap((one) => (one.fault.mode === 'cpu' ? [one.port] : [])), ...ports])
      return { ...fault, cpu_share: 1 / Math.max(1, burning.size) }
    }
    if (!MEMORY_MODES.includes(fault.mode)) return fault
    const others = this.list().filter((one) => MEMORY_MODES.includes(one.fault.mode) && !ports.includes(one.port))
    const decision = decideMemory({
      askedMb: fault.memory_mb ?? MOST_MEMORY_MB,
      instances: ports.length,
      promisedMb: others.reduce((sum, one) => sum + (one.fault.memory_mb ?? MOST_MEMORY_MB), 0),
      availableBytes: this.#parts.availableMemory(),
    })
    if (decision.kind === 'refuse') throw conflict(decision.reason)
    return { ...fault, memory_mb: decision.memoryMb }
  }

  async #giveTo(instance: Instance, fault: InstanceFault): Promise<Outcome> {
    const { port, state } = instance
    if (!isServing(instance)) return { port, ok: false, error: `The instance is not running (${state})` }
    // Remembered first: a crash may come before its answer.
    const before = this.#active.get(port)
    this.#forget(port)
    this.#remember({ port, fault, until: Date.now() + fault.ttl_seconds * 1_000 })
    try {
      await this.#parts.client.setFault(port, fault)
      return { port, ok: true, ...(MEMORY_MODES.includes(fault.mode) && { memory_mb: fault.memory_mb }) }
    } catch (error) {
      this.#forget(port)
      if (before) this.#remember(before)
      return { port, ok: false, error: describeError(error) }
    }
  }

  async #endIn(instance: Instance): Promise<Outcome> {
    const { port } = instance
    const active = this.#active.get(port)
    const isGivenUp = active?.fault.mode === 'crash' && this.#fatal.has(port)
    this.#forget(port)
    try {
      if (isServing(instance)) await this.#insistOnEnd(port)
      if (isGivenUp) await this.#parts.revive(port)
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
        return await this.#parts.client.setFault(port, { mode: 'none' })
      } catch (error) {
        if (attempt === END_ATTEMPTS) throw error
      }
    }
  }

  #remember(active: ActiveInstanceFault): void {
    const { port, fault, until } = active
    this.#active.set(port, active)
    if (fault.mode === 'crash') this.#crashEnds.set(port, setTimeout(() => this.#crashEnded(port), until - Date.now()).unref())
  }

  #forget(port: number): void {
    clear(this.#crashes, port)
    clear(this.#crashEnds, port)
    this.#active.delete(port)
  }

  #crashEnded(port: number): void {
    this.#forget(port)
    // Nobody waits for it; what goes wrong is seen in the instance's state.
    if (this.#fatal.has(port)) this.#parts.revive(port).catch(() => undefined)
  }

  #crashAgain(port: number): void {
    if (this.#active.get(port)?.fault.mode !== 'crash') return
    const again = () => {
      this.#crashes.delete(port)
      // When it cannot be told, it has ended already.
      this.#parts.client.setFault(port, { mode: 'crash' }).catch(() => undefined)
    }
    clear(this.#crashes, port)
    this.#crashes.set(port, setTimeout(again, CRASH_AGAIN_AFTER_MS).unref())
  }

  /** Gives each instance that burns its share of one core anew, when there are more of them now or fewer. */
  #shareCpu(): void {
    const burning = this.list().filter(({ fault }) => fault.mode === 'cpu')
    const cpu_share = 1 / burning.length
    for (const { port, fault, until } of burning) {
      if (fault.cpu_share === cpu_share) continue
      const shared = { ...fault, cpu_share, ttl_seconds: Math.ceil((until - Date.now()) / 1_000) }
      this.#active.set(port, { port, fault: shared, until })
      // One that is gone burns nothing.
      this.#parts.client.setFault(port, shared).catch(() => undefined)
    }
  }
}

function isServing({ state }: Instance): boolean {
  return state === 'running' || state === 'draining'
}

function clear(timers: Map<number, NodeJS.Timeout>, port: number): void {
  clearTimeout(timers.get(port))
  timers.delete(port)
}
