import { badInput, conflict } from '@oncall-lab/service-kit/errors'
import {
  type ActiveFaults,
  type DatabaseFaultMode,
  FLEET_FAULTS,
  type FleetFaultMode,
  type FleetFaultRequest,
  type FleetFaultResult,
  fieldsOf,
  type Instance,
  type LinkFaultMode,
} from './api.ts'
import type { DatabaseLinks } from './database-access/database-links.ts'
import { LINK_FAULTS } from './database-access/link-faults.ts'
import type { DatabaseFaultSwitch } from './database-faults/database-fault-switch.ts'
import { FaultHistory } from './fault-history.ts'
import type { InstanceFault } from './instance-faults/behaviour.ts'
import type { InstanceFaults } from './instance-faults/instance-faults.ts'

const DEFAULT_TTL_SECONDS = 120

interface Parts {
  instances: () => Instance[]
  instanceFaults: InstanceFaults
  databaseFaults: DatabaseFaultSwitch
  links: DatabaseLinks
}

/**
 * Everything that is broken on purpose: in the instances, on their way to the database, and in the database. `list` alone tells: nothing of this may reach `/instances`, `/events`,
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
    const { delay_ms, ...ofInstance } = fields
    const results = isOfLink(mode)
      ? await this.#giveLink({ mode, delay_ms, ttl_seconds }, instances)
      : await this.#giveInstance({ mode, ttl_seconds, ...ofInstance }, instances)
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
    const onLinks = this.#parts.links
      .list()
      .map(({ until, ...fault }) => ({ ...fault, remaining_seconds: Math.ceil((until - Date.now()) / 1_000) }))
    const ofInstances = [...inInstances, ...onLinks].sort((a, b) => a.port - b.port)
    const inDatabase = this.#parts.databaseFaults.active
    return { faults: [...ofInstances, ...(inDatabase ? [{ target: 'database' as const, ...inDatabase }] : [])] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.instanceFaults[Symbol.dispose]()
    this.#parts.links.end(this.#parts.links.list().map(({ port }) => port))
    await this.#parts.databaseFaults[Symbol.asyncDispose]()
  }

  /** An instance has one fault at a time: what is on in it ends. */
  async #giveLink(
    { ttl_seconds, ...fault }: { mode: LinkFaultMode; delay_ms: number | undefined; ttl_seconds: number },
    instances: Instance[],
  ): Promise<FleetFaultResult['results']> {
    const { links, instanceFaults } = this.#parts
    const ports = instances.map(({ port }) => port)
    links.give(fault, ports, ttl_seconds)
    const broken = instanceFaults.list().map(({ port }) => port)
    await instanceFaults.end(instances.filter(({ port }) => broken.includes(port)))
    return ports.map((port) => ({ port, ok: true }))
  }

  async #giveInstance(fault: InstanceFault, instances: Instance[]): Promise<FleetFaultResult['results']> {
    const results = await this.#parts.instanceFaults.give(fault, instances)
    this.#parts.links.end(results.flatMap(({ ok, port }) => (ok && port !== undefined ? [port] : [])))
    return results
  }

  async #endAll(instances: Instance[], withDatabase: boolean): Promise<FleetFaultResult> {
    const { instanceFaults, databaseFaults, links } = this.#parts
    links.end(withDatabase ? links.list().map(({ port }) => port) : instances.map(({ port }) => port))
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

function isOfLink(mode: FleetFaultMode): mode is LinkFaultMode {
  return LINK_FAULTS.some((fault) => fault.mode === mode)
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
