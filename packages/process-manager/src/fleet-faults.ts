import { badInput, conflict } from '@oncall-lab/service-kit/errors'
import {
  type ActiveFaults,
  type DatabaseFaultMode,
  FLEET_FAULTS,
  type FleetFaultRequest,
  type FleetFaultResult,
  fieldsOf,
  type Instance,
} from './api.ts'
import type { DatabaseFaultSwitch } from './database-faults/database-fault-switch.ts'
import { FaultHistory } from './fault-history.ts'
import type { InstanceFaults } from './instance-faults/instance-faults.ts'

const DEFAULT_TTL_SECONDS = 120

interface Parts {
  instances: () => Instance[]
  instanceFaults: InstanceFaults
  databaseFaults: DatabaseFaultSwitch
}

/**
 * Everything that is broken on purpose: in the instances, and in the database. `list` alone tells: nothing of this may reach `/instances`, `/events`,
 * `/metrics`, the targets file or a log, for the on-call agent reads those.
 */
export class FleetFaults implements AsyncDisposable {
  readonly #parts: Parts
  /** When which one began and ended. */
  readonly history = new FaultHistory()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Without `ports`: on all instances. `none` resolves when everything is undone, or with what could not be undone.
   * @throws LabError 400 for a port without an instance or a field that the mode does not take, 409 with the reason when it is refused.
   */
  async apply(request: FleetFaultRequest): Promise<FleetFaultResult> {
    const { mode, ports, ttl_seconds = DEFAULT_TTL_SECONDS, ...fields } = request
    if (isOfDatabase(mode)) {
      refuseForeignFields(request)
      await this.#parts.databaseFaults.turn(mode, ttl_seconds)
      this.history.begin(mode, ['database'], ttl_seconds)
      return { ok: true, results: [{ target: 'database', ok: true }] }
    }
    const instances = this.#choose(ports)
    if (mode === 'none') return this.#endAll(instances, ports === undefined)
    if (!this.#parts.instances().some(({ state }) => state === 'running')) throw conflict('No instance is running')
    const results = await this.#parts.instanceFaults.give({ mode, ttl_seconds, ...fields }, instances)
    this.history.begin(mode, given(results), ttl_seconds)
    return { ok: results.every(({ ok }) => ok), results }
  }

  /** What is on now. */
  list(): ActiveFaults {
    const inInstances = this.#parts.instanceFaults.list().map(({ port, fault: { ttl_seconds: _, ...fault }, until }) => ({
      port,
      ...fault,
      remaining_seconds: Math.ceil((until - Date.now()) / 1_000),
    }))
    const inDatabase = this.#parts.databaseFaults.active
    return { faults: [...inInstances, ...(inDatabase ? [{ target: 'database' as const, ...inDatabase }] : [])] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.instanceFaults[Symbol.dispose]()
    await this.#parts.databaseFaults[Symbol.asyncDispose]()
  }

  async #endAll(instances: Instance[], withDatabase: boolean): Promise<FleetFaultResult> {
    const { instanceFaults, databaseFaults } = this.#parts
    const [results, databaseResult] = await Promise.all([instanceFaults.end(instances), withDatabase ? databaseFaults.end() : undefined])
    if (databaseResult) results.push({ target: 'database', ...databaseResult })
    this.history.end(given(results))
    return { ok: results.every(({ ok }) => ok), results }
  }

  #choose(ports: number[] | undefined): Instance[] {
    const instances = this.#parts.instances()
    if (!ports) return instances.filter(({ state }) => state !== 'stopping')
    const unknown = ports.find((port) => !instances.some((instance) => instance.port === port))
    const existing = instances.map(({ port }) => port).join(', ') || 'none'
    if (unknown !== undefined) throw badInput('body.ports', `names ${unknown}, where there is no instance; there are ${existing}`)
    return instances.filter(({ port }) => ports.includes(port))
  }
}

function isOfDatabase(mode: FleetFaultRequest['mode']): mode is DatabaseFaultMode {
  return FLEET_FAULTS.some((fault) => fault.mode === mode && fault.of === 'database')
}

/** Fields of other instance modes are accepted and ignored (see api.ts); a database fault takes `ttl_seconds` only. */
function refuseForeignFields({ mode, ...fields }: FleetFaultRequest): void {
  const own = fieldsOf(mode, FLEET_FAULTS)
  const foreign = Object.keys(fields).find((field) => !own.includes(field))
  if (foreign) throw badInput(`body.${foreign}`, `does not go with ${mode}, which is a fault of the database that all instances share`)
}

/** The targets that took it. */
function given(results: FleetFaultResult['results']): (number | 'database')[] {
  return results.flatMap(({ ok, port, target }) => (ok ? [target ?? port ?? []].flat() : []))
}
