import { badInput, conflict, notFound } from '@oncall-lab/service-kit/errors'
import type { Instance, ScaleResult } from './api.ts'
import { isPortFree } from './port-check.ts'
import { SerialQueue } from './serial-queue.ts'
import { SupervisedInstance, type Supervision } from './supervised-instance.ts'
import type { TargetsFile } from './targets-file.ts'

/** What the fleet is made of; instances get the ports from `firstPort` to `lastPort`. */
export interface FleetOptions extends Omit<Supervision, 'onChange'> {
  firstPort: number
  lastPort: number
  targets: TargetsFile
  /** Called once when an instance is added, before its process starts. */
  onAdded?: (port: number) => void
  /** Called after each change of an instance's state. */
  onChange?: (instance: SupervisedInstance) => void
}

/** The instances that there shall be. Requests that change them are carried out one after the other. */
export class Fleet implements AsyncDisposable {
  readonly #options: FleetOptions
  readonly #instances = new Map<number, SupervisedInstance>()
  readonly #queue = new SerialQueue()
  #isClosed = false

  constructor(options: FleetOptions) {
    this.#options = options
  }

  /** All instances, by port. */
  list(): Instance[] {
    return this.#sorted().map((instance) => instance.describe())
  }

  /** The ports of the instances that there shall be, whatever their state. */
  desiredPorts(): number[] {
    return this.#sorted().flatMap(({ port, state }) => (state === 'stopping' ? [] : [port]))
  }

  /** Writes the targets file as it is now, which takes away what an earlier process manager left in it. */
  announce(): Promise<void> {
    return this.#options.targets.write(this.desiredPorts())
  }

  /** @throws LabError 400 when there are not so many ports, 409 when too many of them are held by other processes. */
  scale(replicas: number): Promise<ScaleResult> {
    return this.#queue.run(async () => {
      const { firstPort, lastPort } = this.#options
      const most = lastPort - firstPort + 1
      if (replicas > most) throw badInput('body.replicas', `must be at most ${most}, the number of ports from ${firstPort} to ${lastPort}`)
      const present = this.desiredPorts()
      if (replicas <= present.length) return this.#remove(present.slice(replicas).reverse())
      return this.#add(await this.#findFreePorts(replicas - present.length))
    })
  }

  /** On `port`, else on the lowest free one. @throws LabError 400 for a port that is not ours, 409 for one that is taken. */
  start(port: number | undefined): Promise<ScaleResult> {
    return this.#queue.run(async () => {
      if (port === undefined) return this.#add(await this.#findFreePorts(1))
      const { firstPort, lastPort } = this.#options
      if (port < firstPort || port > lastPort) throw badInput('body.port', `must be from ${firstPort} to ${lastPort}`)
      if (this.#instances.has(port)) throw conflict(`body.port: there is an instance on ${port} already`)
      if (!(await isPortFree(port))) throw conflict(`body.port: another process holds port ${port}`)
      return this.#add([port])
    })
  }

  /** Stops the instance that `matches`. @throws LabError 404, with `asked` (the field and its value) and what there is, when there is none. */
  stop(matches: (instance: Instance) => boolean, asked: string): Promise<ScaleResult> {
    return this.#queue.run(async () => {
      const instance = this.list().find(matches)
      if (!instance) throw notFound(`${asked}: there is no such instance; there are ${this.describeInstances()}`)
      return this.#remove([instance.port])
    })
  }

  /** For messages: `8001 (pid 4711), 8002 (no process)` or `none`. */
  describeInstances(): string {
    return (
      this.list()
        .map(({ port, pid }) => `${port} (${pid === null ? 'no process' : `pid ${pid}`})`)
        .join(', ') || 'none'
    )
  }

  /** Stops all instances at once and leaves an empty targets file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    for (const instance of this.#instances.values()) instance.retire()
    await Promise.all([this.announce(), ...[...this.#instances.values()].map((instance) => instance.stop())])
    this.#instances.clear()
  }

  async #add(ports: number[]): Promise<ScaleResult> {
    if (this.#isClosed) throw conflict('The process manager is stopping')
    const { onAdded, onChange = () => {}, ...supervision } = this.#options
    const added = ports.map((port) => {
      onAdded?.(port)
      const instance = new SupervisedInstance(port, { ...supervision, onChange })
      this.#instances.set(port, instance)
      return instance
    })
    await this.announce()
    const healthy = await Promise.all(added.map((instance) => instance.becameHealthy()))
    return { ok: healthy.every(Boolean), started: ports, stopped: [], replicas: this.desiredPorts().length }
  }

  /** Nobody may be sent to an instance that is going: first it leaves the backends and the targets, then it ends. */
  async #remove(ports: number[]): Promise<ScaleResult> {
    const going = ports.flatMap((port) => this.#instances.get(port) ?? [])
    for (const instance of going) instance.retire()
    await this.announce()
    await Promise.all(going.map((instance) => instance.stop()))
    for (const { port } of going) this.#instances.delete(port)
    return { ok: true, started: [], stopped: ports, replicas: this.desiredPorts().length }
  }

  async #findFreePorts(count: number): Promise<number[]> {
    const { firstPort, lastPort } = this.#options
    const free: number[] = []
    for (let port = firstPort; port <= lastPort && free.length < count; port++) {
      if (!this.#instances.has(port) && (await isPortFree(port))) free.push(port)
    }
    if (free.length === count) return free
    throw conflict(`There are only ${free.length} free ports from ${firstPort} to ${lastPort}, and ${count} are needed`)
  }

  #sorted(): SupervisedInstance[] {
    return [...this.#instances.values()].sort((a, b) => a.port - b.port)
  }
}
