import type { FailureReason } from '../failover.ts'
import type { Policy } from '../policies/policy.ts'
import { Backend, type BackendListener } from './backend.ts'
import type { EjectionOptions, HealthChange } from './backend-health.ts'
import type { ProbeOutcome } from './probe-history.ts'

/** What a set of backends is made with. */
export interface BackendSetOptions extends EjectionOptions {
  policy: Policy
  /** Requests that one backend gets at a time. */
  maxInFlight: number
  listener: BackendListener
  now?: () => number
}

/** With fewer than this share available, the health of the backends is not believed and all are used (Envoy's panic threshold). */
const PANIC_BELOW = 0.5

/** The backends in use: who gets a request, and who may not. */
export class BackendSet {
  readonly #options: BackendSetOptions
  readonly #now: () => number
  #backends: Backend[] = []
  /** Kept until something changes, because it is asked for with every request. */
  #available: readonly Backend[] | null = null
  /** Those that left the list and still finish what they had begun. */
  readonly #leaving = new Set<Backend>()

  constructor(options: BackendSetOptions) {
    this.#options = options
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
    const changes = backend.health.answered(status)
    if (changes.length > 0) this.#take(backend, changes)
  }

  /** It gave no complete answer. */
  failed(backend: Backend, reason: FailureReason): void {
    this.#take(backend, backend.health.failed(reason))
  }

  /** What an active probe of it saw. */
  probed(backend: Backend, outcome: ProbeOutcome): void {
    this.#take(backend, backend.health.probed(outcome))
  }

  /** Lets ejections run out and closes idle connections; to be called a few times a second. */
  sweep(now: number): void {
    for (const backend of this.#backends) {
      backend.pool.sweep(now)
      this.#take(backend, backend.health.sweep(now))
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
    const { listener } = this.#options
    const backend = new Backend(url, { ...this.#options, now: this.#now, onLost: (each) => listener.lost(each) })
    listener.opened(backend)
    return backend
  }

  #choose(candidates: readonly Backend[]): Backend | undefined {
    return candidates.length === 0 ? undefined : this.#options.policy.pick(candidates as readonly [Backend, ...Backend[]]) // It has a first one.
  }

  /** Connections to a process that was ejected, or is another one now, are not used again. */
  #take(backend: Backend, changes: readonly HealthChange[]): void {
    const { listener } = this.#options
    for (const change of changes) {
      this.#available = null
      if (change.kind === 'ejected') {
        backend.pool.closeIdle()
        listener.ejected(backend, change.reason, change.forMs)
      } else if (change.kind === 'reinstated') listener.reinstated(backend, change.by)
      else if (change.kind === 'probes_changed') {
        if (change.healthy) backend.pool.closeIdle()
        listener.probesChanged(backend, change.healthy)
      }
    }
  }
}

function without(one: Backend, backends: readonly Backend[]): Backend[] {
  return backends.filter((each) => each !== one)
}
