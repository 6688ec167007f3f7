import { badInput, conflict, notFound } from '@oncall-lab/service-kit/errors'
import { KeyedQueue } from '@oncall-lab/service-kit/keyed-queue'
import type { FleetEvent, Instance, ScaleResult } from './api.ts'
import type { BackendFeed } from './backend-feed.ts'
import { findFreePorts, type PortRange } from './free-ports.ts'
import { PendingChanges } from './pending-changes.ts'
import { isPortFree } from './port-check.ts'
import { SupervisedInstance, type Supervision } from './supervised-instance.ts'
import type { TargetsFile } from './targets-file.ts'

/** What the fleet is made of. */
export interface FleetOptions extends Omit<Supervision, 'onEvent' | 'released' | 'by'>, PortRange {
  targets: TargetsFile
  backends: BackendFeed
  /** Called for each event, after it has taken effect. */
  onEvent?: (event: Omit<FleetEvent, 'id' | 'at'>) => void
}

/** The order in which scaling down removes instances: those that serve no requests first. */
const LEAST_USEFUL_FIRST: readonly Instance['state'][] = ['fatal', 'backoff', 'stopping', 'starting', 'draining', 'running']

/**
 * The ports where there shall be instances are one value, which each call replaces as a whole, and `#reconcile` brings what there is towards it (the
 * controller of Kubernetes): a port without an instance gets one, an instance without a wish is stopped and stays ours until its process is gone.
 * So calls at the same time need not wait for each other, the last one wins, and no process is lost.
 */
export class Fleet implements AsyncDisposable {
  readonly #options: FleetOptions
  readonly #instances = new Map<number, SupervisedInstance>()
  readonly #leaving = new Map<number, Promise<void>>()
  readonly #deciding = new KeyedQueue()
  readonly #pending = new PendingChanges()
  /** Run, and get no requests. */
  readonly #drained = new Set<number>()
  #wanted: ReadonlySet<number> = new Set()
  #isClosed = false

  constructor(options: FleetOptions) {
    this.#options = options
  }

  /** All instances, by port. */
  list(): Instance[] {
    return [...this.#instances.values()]
      .sort((a, b) => a.port - b.port)
      .map((instance) => ({ ...instance.describe(), ...(this.#drained.has(instance.port) && { drained: true as const }) }))
  }

  /** The ports of the instances that there shall be, whatever their state. */
  desiredPorts(): number[] {
    return [...this.#wanted].sort((a, b) => a - b)
  }

  /** @throws LabError 400 when there are not so many ports, 409 when too many of them are held by other processes. */
  async scale(replicas: number, by: string): Promise<ScaleResult> {
    const { firstPort, lastPort } = this.#options
    const most = lastPort - firstPort + 1
    if (replicas > most) throw badInput('body.replicas', `must be at most ${most}, the number of ports from ${firstPort} to ${lastPort}`)
    return this.#change({ kind: 'scale', by }, async (wanted) => {
      const keep = this.#mostUseful(wanted).slice(0, replicas)
      return [...keep, ...(await this.#findFreePorts(replicas - keep.length))]
    })
  }

  /**
   * On `port`, where it also revives an instance that was given up or waits for its restart; else on the lowest free one.
   * @throws LabError 400 for a port that is not ours, 409 for one that is taken.
   */
  async start(port: number | undefined, by: string): Promise<ScaleResult> {
    if (port === undefined) return this.#change({ kind: 'start', by }, async (wanted) => [...wanted, ...(await this.#findFreePorts(1))])
    const { firstPort, lastPort } = this.#options
    if (port < firstPort || port > lastPort) throw badInput('body.port', `must be from ${firstPort} to ${lastPort}`)
    let isRevived = false
    const result = await this.#change({ kind: 'start', by }, async (wanted) => {
      const instance = this.#instances.get(port)
      if (instance && wanted.has(port)) {
        const { state, pid } = instance.describe()
        if (state !== 'backoff' && state !== 'fatal')
          throw conflict(`body.port: the instance on ${port} is ${state} already (pid ${pid}); POST /stop first, or POST /rolling-restart`)
        isRevived = true
        instance.revive(by)
      } else if (!instance && !(await isPortFree(port)))
        throw conflict(`body.port: another process holds port ${port}; end it, or take another port`)
      return [...wanted, port]
    })
    return isRevived ? { ...result, started: [port] } : result
  }

  /** Stops the instance that `matches`, whatever its state. @throws LabError 404, with `asked` (the field and its value) and what there is, when there is none. */
  async stop(matches: (instance: Instance) => boolean, asked: string, by: string): Promise<ScaleResult> {
    let stopped: number[] = []
    const result = await this.#change({ kind: 'stop', by }, async (wanted) => {
      const instance = this.list().find(matches)
      if (!instance) throw notFound(`${asked}: there is no such instance; there are ${this.describeInstances()}`)
      stopped = [instance.port]
      return [...wanted].filter((port) => port !== instance.port)
    })
    return { ...result, stopped }
  }

  /** Ends the process on a port in order and starts another one; says whether that one is in use, or that the instance is wanted no more. */
  async replace(port: number, by: string): Promise<{ kind: 'up' | 'gone' } | { kind: 'failed'; reason: string }> {
    const instance = this.#instances.get(port)
    if (!instance || !this.#wanted.has(port)) return { kind: 'gone' }
    const isUp = await instance.replace(by)
    if (!this.#wanted.has(port) || this.#isClosed) return { kind: 'gone' }
    if (!isUp) return { kind: 'failed', reason: instance.describe().reason ?? 'the new process did not become healthy' }
    await this.#options.backends.acknowledged()
    return { kind: 'up' }
  }

  /** Takes a running instance out of the balancer, or puts it back; resolves when the balancer uses the new list. @throws LabError 404, 409. */
  async setDrained(port: number, isDrained: boolean, by: string): Promise<ScaleResult> {
    const instance = this.list().find((each) => each.port === port)
    if (!instance) throw notFound(`body.port ${port}: there is no such instance; there are ${this.describeInstances()}`)
    if (instance.state !== 'running') throw conflict(`body.port: the instance on ${port} is ${instance.state}, not running`)
    if ((instance.drained ?? false) === isDrained)
      throw conflict(`body.port: the instance on ${port} ${isDrained ? 'is drained already' : 'is not drained'}`)
    if (isDrained) this.#drained.add(port)
    else this.#drained.delete(port)
    this.#publish()
    this.#options.onEvent?.({ port, type: isDrained ? 'drained' : 'undrained', by })
    await this.#options.backends.acknowledged()
    return { ok: true, started: [], stopped: [], replicas: this.#wanted.size }
  }

  /** For messages: `8001 (running, pid 4711), 8002 (fatal)` or `none`. */
  describeInstances(): string {
    const texts = this.list().map(({ port, pid, state }) => `${port} (${state}${pid === null ? '' : `, pid ${pid}`})`)
    return texts.join(', ') || 'none'
  }

  /** Stops all instances at once. The targets file stays as it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#options.targets[Symbol.dispose]()
    this.#options.backends.close()
    await Promise.all([...this.#instances.values()].map((instance) => instance.stop({ by: 'the end of the process manager', hurry: true })))
  }

  /** Takes over what `decide` makes of the wanted ports, then waits until it is so, or until a later call asks for something else. */
  async #change(
    { kind, by }: { kind: 'scale' | 'start' | 'stop'; by: string },
    decide: (wanted: ReadonlySet<number>) => Promise<number[]>,
  ): Promise<ScaleResult> {
    const { change, done, settled } = await this.#deciding.run('wanted', async () => {
      const ports = await decide(this.#wanted)
      if (this.#isClosed) throw conflict('The process manager is stopping')
      const after = new Set(ports)
      const pending = this.#pending.add(this.#wanted, after, kind === 'scale')
      if (kind === 'scale' && after.size !== this.#wanted.size)
        this.#options.onEvent?.({ type: 'scaled', by, from: String(this.#wanted.size), to: String(after.size) })
      this.#wanted = after
      const written = this.#reconcile(by)
      return { ...pending, settled: this.#settle(written, kind === 'start' ? [] : [...this.#leaving.values()]) }
    })
    const { started, stopped, superseded } = change
    const outcome = await Promise.race([superseded.then(() => 'superseded' as const), settled])
    done()
    const result = { ok: outcome === true, started, stopped, replicas: this.#wanted.size }
    return outcome === 'superseded' ? { ...result, superseded: true } : result
  }

  /** True when all instances that come up are healthy; resolves when they are, or are not, and the stopped ones are gone. */
  async #settle(written: Promise<void>, gone: Promise<void>[]): Promise<boolean> {
    const comingUp = [...this.#wanted].filter((port) => this.#leaving.has(port) || this.#instances.get(port)?.isComingUp)
    const healthy = comingUp.map(async (port) => {
      await this.#leaving.get(port)
      return (await this.#instances.get(port)?.becameHealthy()) ?? false
    })
    const [all] = await Promise.all([Promise.all(healthy), Promise.all(gone), written])
    return all.every(Boolean)
  }

  #reconcile(by: string): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    // Announced before it happens: an instance that is not there yet is seen as down, one that goes is not.
    const written = this.#options.targets.write(this.desiredPorts())
    for (const port of this.#wanted) if (!this.#instances.has(port)) this.#add(port, by)
    for (const [port, instance] of this.#instances) {
      if (!this.#wanted.has(port) && !this.#leaving.has(port)) this.#leaving.set(port, this.#remove(instance, by))
    }
    return written
  }

  #add(port: number, by: string): void {
    const { backends, targets } = this.#options
    const released = () => Promise.all([backends.acknowledged(), targets.written()])
    const onEvent: Supervision['onEvent'] = (event, instance) => {
      this.#instances.set(port, instance)
      this.#publish()
      this.#options.onEvent?.(event)
    }
    this.#instances.set(port, new SupervisedInstance(port, { ...this.#options, by, released, onEvent }))
  }

  #publish(): void {
    const serving = this.list().filter(({ state, drained }) => state === 'running' && !drained)
    this.#options.backends.publish(serving.map(({ instance }) => `http://${instance}`))
  }

  async #remove(instance: SupervisedInstance, by: string): Promise<void> {
    const { port } = instance
    await instance.stop({ by })
    this.#instances.delete(port)
    this.#leaving.delete(port)
    this.#drained.delete(port)
    this.#options.onEvent?.({ port, type: 'removed', by })
    void this.#reconcile(by)
  }

  /** The wanted ports, those first that are to stay first. */
  #mostUseful(wanted: ReadonlySet<number>): number[] {
    const use = (port: number) => LEAST_USEFUL_FIRST.indexOf(this.#instances.get(port)?.state ?? 'starting')
    // One that is being restarted in order is as good as one that runs.
    const rank = (port: number) => Math.min(use(port), LEAST_USEFUL_FIRST.indexOf('starting'))
    return [...wanted].sort((a, b) => rank(b) - rank(a) || a - b)
  }

  #findFreePorts(count: number): Promise<number[]> {
    if (count === 0) return Promise.resolve([])
    return findFreePorts({ range: this.#options, count, wanted: this.#wanted, ours: this.#instances })
  }
}
