import type { FleetEvent, Instance } from '@oncall-lab/process-manager/api'
import { UpstreamError } from '@oncall-lab/service-kit/errors'
import type { FleetClient } from '../src/kubernetes/fleet-client.ts'

/** A fleet in memory that answers like the process manager: what is asked of it happens at once. */
export class FakeFleet implements FleetClient {
  readonly #instances = new Map<number, Instance>()
  readonly #events: FleetEvent[] = []
  readonly #now: () => number
  readonly releases = new Set(['r1', 'r2'])
  /** The error log; `ts` decides which process wrote a line. */
  readonly log: Awaited<ReturnType<FleetClient['errorLog']>>['entries'] = []
  #processes = 0
  #release = 'r1'
  /** Refuses deploys because another one is going on. */
  isBusy = false
  /** Calls that changed something. */
  readonly calls: string[] = []

  constructor(replicas: number, now: () => number = Date.now) {
    this.#now = now
    for (let port = 8001; port < 8001 + replicas; port += 1) this.#start(port)
  }

  instances = async () => [...this.#instances.values()]
  events = async (since: number) => ({ events: this.#events.filter(({ id }) => id > since), next: this.#events.length })
  errorLog = async () => ({ entries: this.log, count: this.log.length })

  async scale(replicas: number) {
    this.calls.push(`scale ${replicas}`)
    for (const port of [...this.#instances.keys()].slice(replicas)) this.#remove(port)
    for (let port = 8001; this.#instances.size < replicas; port += 1) if (!this.#instances.has(port)) this.#start(port)
    return { ok: true, started: [], stopped: [], replicas }
  }

  async replace(port: number) {
    this.calls.push(`replace ${port}`)
    this.#remove(port)
    this.#start(port)
  }

  async rollingRestart() {
    this.calls.push('rolling restart')
    const ports = [...this.#instances.keys()]
    for (const port of ports) {
      this.#event(port, 'exit', { expected: true, code: 0, signal: null, uptime_seconds: 1 })
      this.#start(port)
    }
    return { ok: true, restarted: ports, remaining: [] }
  }

  async deploy(release: string) {
    this.calls.push(`deploy ${release}`)
    if (this.isBusy) throw new UpstreamError('a deploy is going on', { code: 'upstream_status', upstreamStatus: 409 })
    if (!this.releases.has(release))
      throw new UpstreamError(`there is no release ${release}`, { code: 'upstream_status', upstreamStatus: 404 })
    this.#release = release
    await this.rollingRestart()
  }

  /** The process dies, and waits for its restart. */
  crash(port: number, { code = null, signal = null }: { code?: number | null; signal?: string | null }) {
    this.#event(port, 'exit', { code, signal, uptime_seconds: 2, expected: false })
    this.#event(port, 'backoff', { reason: 'exited' })
    this.#set(port, {
      state: 'backoff',
      pid: null,
      instance_id: null,
      started_at: null,
      restarts: (this.#instances.get(port)?.restarts ?? 0) + 1,
    })
  }

  /** The supervisor starts the process again. */
  recover(port: number) {
    this.#start(port)
  }

  async [Symbol.asyncDispose]() {}

  #start(port: number) {
    this.#processes += 1
    const instance_id = `process-${this.#processes}`
    const at = new Date(this.#now()).toISOString()
    this.#instances.set(port, {
      instance: `127.0.0.1:${port}`,
      port,
      pid: 1_000 + this.#processes,
      instance_id,
      release: this.#release,
      commit: 'c'.repeat(40),
      state: 'running',
      reason: null,
      started_at: at,
      restarts: this.#instances.get(port)?.restarts ?? 0,
      last_exit: null,
      exits: [],
    })
    this.#event(port, 'starting', { instance_id })
    this.#event(port, 'running', { instance_id })
  }

  #remove(port: number) {
    this.#event(port, 'stopping', {})
    this.#event(port, 'exit', { expected: true, code: 0, signal: null, uptime_seconds: 1 })
    this.#event(port, 'removed', {})
    this.#instances.delete(port)
  }

  #set(port: number, change: Partial<Instance>) {
    const instance = this.#instances.get(port)
    if (instance) this.#instances.set(port, { ...instance, ...change })
  }

  #event(port: number, type: FleetEvent['type'], details: Partial<FleetEvent>) {
    this.#events.push({ id: this.#events.length + 1, at: new Date(this.#now()).toISOString(), port, type, by: 'a test', ...details })
  }
}
