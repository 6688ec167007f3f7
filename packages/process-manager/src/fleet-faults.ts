import { badInput, conflict, describeError } from '@oncall-lab/service-kit/errors'
import type { ActiveFaults, FleetFaultRequest, FleetFaultResult, Instance } from './api.ts'
import type { InstanceClient } from './instance-client.ts'

type Fault = Omit<FleetFaultRequest, 'ports'>
type Outcome = FleetFaultResult['results'][number]

const DEFAULT_TTL_SECONDS = 600

/** Long enough for the instance to be scraped between two crashes. */
const CRASH_AGAIN_AFTER_MS = 3_000

/**
 * Hands faults to instances and remembers what is on, which `list` alone tells: nothing of this may reach `/instances`, `/metrics`, the targets
 * file or a log, for the on-call agent reads those. A crash ends its process and with it the instance's own memory of the fault, so it is given
 * again after each restart until its time is over; any other fault ends with its process.
 */
export class FleetFaults implements Disposable {
  readonly #client: InstanceClient
  readonly #instances: () => Instance[]
  readonly #active = new Map<number, { fault: Fault; until: number }>()
  readonly #crashTimers = new Map<number, NodeJS.Timeout>()

  constructor({ client, instances }: { client: InstanceClient; instances: () => Instance[] }) {
    this.#client = client
    this.#instances = instances
  }

  /** Without `ports`: on all instances. @throws LabError 400 for a port without an instance, 409 when no instance runs. */
  async apply({ ports, ...fault }: FleetFaultRequest): Promise<FleetFaultResult> {
    const instances = this.#instances()
    const unknown = ports?.find((port) => !instances.some((instance) => instance.port === port))
    const existing = instances.map(({ port }) => port).join(', ') || 'none'
    if (unknown !== undefined) throw badInput('body.ports', `names ${unknown}, where there is no instance; there are ${existing}`)
    if (!instances.some(({ state }) => fault.mode === 'none' || state === 'running')) throw conflict('No instance is running')
    const chosen = instances.filter(({ port, state }) => (ports ? ports.includes(port) : state !== 'stopping'))
    const results = await Promise.all(chosen.map((instance) => this.#applyTo(instance, fault)))
    return { ok: results.every(({ ok }) => ok), results }
  }

  /** What is on now, by port. */
  list(): ActiveFaults {
    const now = Date.now()
    const active = [...this.#active].filter(([, { until }]) => until > now).sort(([a], [b]) => a - b)
    return {
      faults: active.map(
        ([
          port,
          {
            fault: { ttl_seconds: _, ...fault },
            until,
          },
        ]) => ({
          port,
          ...fault,
          remaining_seconds: Math.ceil((until - now) / 1_000),
        }),
      ),
    }
  }

  /** To be told of each change of an instance's state. */
  follow(port: number, state: Instance['state']): void {
    if (state === 'running') {
      this.#crashAgain(port)
      return
    }
    this.#cancelCrash(port)
    if (state === 'stopping' || this.#active.get(port)?.fault.mode !== 'crash') this.#active.delete(port)
  }

  [Symbol.dispose](): void {
    for (const port of this.#crashTimers.keys()) this.#cancelCrash(port)
  }

  async #applyTo({ port, state }: Instance, fault: Fault): Promise<Outcome> {
    this.#cancelCrash(port)
    if (fault.mode === 'none') this.#active.delete(port)
    if (state !== 'running') {
      return fault.mode === 'none' ? { port, ok: true } : { port, ok: false, error: `The instance is not running (${state})` }
    }
    // Remembered first: a crash may come before its answer.
    const before = this.#active.get(port)
    if (fault.mode !== 'none') this.#remember(port, fault)
    try {
      await this.#client.setFault(port, fault)
      return { port, ok: true }
    } catch (error) {
      if (before) this.#active.set(port, before)
      else this.#active.delete(port)
      return { port, ok: false, error: describeError(error) }
    }
  }

  #remember(port: number, fault: Fault): void {
    this.#active.set(port, { fault, until: Date.now() + (fault.ttl_seconds ?? DEFAULT_TTL_SECONDS) * 1_000 })
  }

  #crashAgain(port: number): void {
    const active = this.#active.get(port)
    if (active?.fault.mode !== 'crash') return
    const again = () => {
      this.#crashTimers.delete(port)
      // When it cannot be told, it has ended already.
      if (active.until > Date.now()) this.#client.setFault(port, { mode: 'crash' }).catch(() => undefined)
    }
    this.#crashTimers.set(port, setTimeout(again, CRASH_AGAIN_AFTER_MS).unref())
  }

  #cancelCrash(port: number): void {
    clearTimeout(this.#crashTimers.get(port))
    this.#crashTimers.delete(port)
  }
}
