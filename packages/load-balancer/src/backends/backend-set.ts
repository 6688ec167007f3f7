import type { FailureReason } from '../failover.ts'
import type { Policy } from '../policies/policy.ts'
import { Backend, type HealthListener } from './backend.ts'
import { decideEjection, type EjectionDecision, FRESH_RECORD, probesReinstate } from './outlier.ts'

/** What a set of backends is made with. */
export interface BackendSetOptions {
  policy: Policy
  /** Requests that one backend gets at a time. */
  maxInFlight: number
  /** Failures in a row that eject a backend. */
  ejectAfter: number
  /** Answers with a 5xx in a row that eject it; 0: none do. */
  ejectAfter5xx?: number
  listener: HealthListener
  now?: () => number
}

/** With fewer than this share available, the health of the backends is not believed and all are used (Envoy's panic threshold). */
const PANIC_BELOW = 0.5

/** The backends in use, and what is known of their health. */
export class BackendSet {
  readonly #on: BackendSetOptions
  readonly #now: () => number
  #backends: Backend[] = []
  /** Kept until something changes, because it is asked for with every request. */
  #available: readonly Backend[] | null = null
  /** Those that left the list and still finish what they had begun. */
  readonly #leaving = new Set<Backend>()
  readonly #failures5xx = new WeakMap<Backend, number>()
  onLost: (backend: Backend) => void = () => {}

  constructor(options: BackendSetOptions) {
    this.#on = options
    this.#now = options.now ?? (() => performance.now())
  }

  get all(): readonly Backend[] {
    return this.#backends
  }

  urls(): string[] {
    return this.#backends.map(({ url }) => url)
  }

  /** Keeps what is known of addresses that stay; those that go finish what they have begun. */
  replace(urls: readonly string[]): void {
    const before = this.#backends
    this.#backends = [...new Set(urls)].map((url) => before.find((each) => each.url === url) ?? this.#open(url))
    for (const gone of before.filter((each) => !this.#backends.includes(each))) {
      gone.pool.retire()
      if (gone.inFlight > 0) this.#leaving.add(gone)
    }
    this.#available = null
  }

  /** Those that are healthy, not ejected and not full. */
  available(): readonly Backend[] {
    this.#available ??= this.#backends.filter((each) => each.available)
    return this.#available
  }

  /** True while too few are available to believe it. */
  get panicking(): boolean {
    return this.available().length < this.#backends.length * PANIC_BELOW
  }

  /** Who gets a request now; undefined when there is nobody, or all are full. */
  pick(): Backend | undefined {
    return this.#choose(this.panicking ? this.#notFull() : this.available())
  }

  /** Who gets it after `tried` has failed: one that is available if there is one, else any other that is not full. */
  pickOther(tried: Backend): Backend | undefined {
    return this.#choose(without(tried, this.available())) ?? this.#choose(without(tried, this.#notFull()))
  }

  /** Whether `pickOther` would find one. */
  hasOther(tried: Backend): boolean {
    return without(tried, this.#notFull()).length > 0
  }

  /** A request goes to it. */
  begin(backend: Backend): void {
    backend.inFlight += 1
    if (backend.full) this.#available = null
  }

  /** The request is over, by whatever end. */
  end(backend: Backend): void {
    if (backend.full) this.#available = null
    backend.inFlight -= 1
    if (backend.inFlight === 0 && this.#leaving.size > 0) this.#leaving.delete(backend)
  }

  /** It gave a complete answer. */
  answered(backend: Backend, status: number): void {
    const record = backend.outlier
    if (record.failures > 0) record.failures = 0
    if (record.state === 'on_trial') this.#reinstate(backend, 'trial')
    const { ejectAfter5xx = 0 } = this.#on
    if (ejectAfter5xx > 0) this.#count5xx(backend, status, ejectAfter5xx)
  }

  /** It gave no complete answer. */
  failed(backend: Backend, reason: FailureReason): void {
    const decision = decideEjection(backend.outlier, reason, this.#on.ejectAfter, this.#now())
    if (decision.kind === 'eject') this.#eject(backend, decision, reason === 'connect_failed')
    else backend.outlier.failures += 1
  }

  /** The verdict of the active probes. A backend that comes back from being down is taken for another process: nothing is held against it. */
  probed(backend: Backend, healthy: boolean): void {
    const cameBack = healthy && !backend.healthy
    if (healthy && backend.outlier.state !== 'in_use' && (cameBack || probesReinstate(backend.outlier))) this.#reinstate(backend, 'probes')
    if (backend.healthy === healthy) return
    backend.healthy = healthy
    this.#available = null
    if (cameBack) backend.pool.closeIdle()
    this.#on.listener.healthChanged(backend)
  }

  /** Lets ejections run out and closes idle connections; to be called a few times a second. */
  sweep(now: number): void {
    for (const backend of this.#backends) {
      backend.pool.sweep(now)
      if (backend.outlier.state !== 'ejected' || backend.outlier.ejectedUntil > now) continue
      backend.outlier.state = 'on_trial'
      this.#available = null
    }
  }

  close(): void {
    for (const each of [...this.#backends, ...this.#leaving]) each.pool.destroy()
    this.#backends = []
    this.#available = null
  }

  #notFull(): Backend[] {
    return this.#backends.filter(({ inFlight, maxInFlight }) => inFlight < maxInFlight)
  }

  #open(url: string): Backend {
    const { maxInFlight, listener } = this.#on
    const backend = new Backend(url, { maxInFlight, now: this.#now, onLost: (each) => this.onLost(each) })
    listener.opened(backend)
    return backend
  }

  #choose(candidates: readonly Backend[]): Backend | undefined {
    return candidates.length === 0 ? undefined : this.#on.policy.pick(candidates as readonly [Backend, ...Backend[]]) // It has a first one.
  }

  #eject(backend: Backend, { reason, forMs, ejections }: EjectionDecision & { kind: 'eject' }, refused: boolean): void {
    backend.outlier = { ...backend.outlier, state: 'ejected', failures: 0, ejections, ejectedUntil: this.#now() + forMs, refused }
    backend.pool.closeIdle()
    this.#available = null
    this.#on.listener.ejected(backend, reason, forMs)
  }

  #reinstate(backend: Backend, by: 'trial' | 'probes'): void {
    backend.outlier = { ...FRESH_RECORD, ejections: backend.outlier.ejections, returnedAt: this.#now() }
    this.#available = null
    this.#on.listener.reinstated(backend, by)
  }

  #count5xx(backend: Backend, status: number, after: number): void {
    const count = status >= 500 ? (this.#failures5xx.get(backend) ?? 0) + 1 : 0
    this.#failures5xx.set(backend, count)
    if (count < after) return
    this.#failures5xx.set(backend, 0)
    const decision = decideEjection({ ...backend.outlier, failures: after }, 'answered_5xx', after, this.#now())
    if (decision.kind === 'eject') this.#eject(backend, decision, false)
  }
}

function without(one: Backend, backends: readonly Backend[]): Backend[] {
  return backends.filter((each) => each !== one)
}
