import type { Backend } from './backends/backend.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { decideFailover, type FailedExchange, type FailoverDecision } from './failover.ts'
import type { UpstreamConnection, UpstreamExchange } from './upstream/upstream-connection.ts'

/** The backends that one request is given to, one after the other: what they are owed, and what is counted of them. */
export class Attempts {
  readonly #context: ExchangeContext
  /** Who works on it now. */
  #backend: Backend | null = null
  #connection: UpstreamConnection | null = null
  #count = 0
  #asked = ''
  /** When the last one began; monotonic, in ms. */
  begun = 0
  /** A byte of the request may have left for it. */
  sent = false
  #failed: Backend | null = null

  constructor(context: ExchangeContext) {
    this.#context = context
  }

  /** How many there were. */
  get count(): number {
    return this.#count
  }

  /** Address of the one that was asked last; empty before the first. */
  get asked(): string {
    return this.#asked
  }

  get connection(): UpstreamConnection | null {
    return this.#connection
  }

  /** Gives the request to a backend, over a connection that tells the exchange when it stands. */
  begin(backend: Backend, exchange: UpstreamExchange): void {
    this.#context.backends.begin(backend)
    this.#backend = backend
    this.#asked = backend.url
    this.#count += 1
    this.sent = false
    const opened = backend.pool.lead(exchange)
    if (opened) this.#connection = opened
  }

  connected(connection: UpstreamConnection): void {
    this.#connection = connection
    this.sent = true
  }

  /** The backend has answered completely. */
  answered(status: number): void {
    const backend = this.#leave()
    if (!backend) return
    this.#context.backends.answered(backend, status)
    this.#context.metrics.upstreamAnswered((performance.now() - this.begun) / 1_000)
  }

  /** Holds the failure against the backend, and says what to do; null when none worked on the request. */
  failed(failure: Omit<FailedExchange, 'sent' | 'backendLeft'>): FailoverDecision | null {
    const { backends, metrics } = this.#context
    const backend = this.#leave()
    if (!backend) return null
    this.#failed = backend
    backends.failed(backend, failure.reason)
    metrics.upstreamFailed(failure.reason)
    const decision = decideFailover({ ...failure, sent: this.sent, backendLeft: this.#count === 1 && backends.hasOther(backend) })
    if (decision.kind === 'retry') metrics.retried(failure.reason)
    return decision
  }

  /** Another one than the one that failed. */
  pickOther(): Backend | undefined {
    this.begun = performance.now()
    return this.#failed ? this.#context.backends.pickOther(this.#failed) : undefined
  }

  /** Gives up on the backend without holding it against it. */
  abandon(): void {
    this.#connection?.destroy()
    this.#leave()
  }

  #leave(): Backend | null {
    const backend = this.#backend
    this.#backend = null
    this.#connection = null
    if (backend) this.#context.backends.end(backend)
    return backend
  }
}
