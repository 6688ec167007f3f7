import type { Backend } from './backends/backend.ts'
import type { ExchangeContext } from './exchange-context.ts'
import type { FailureReason } from './failover.ts'
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
    const opened = backend.pool.lead(exchange)
    if (opened) this.#connection = opened
  }

  connected(connection: UpstreamConnection): void {
    this.#connection = connection
  }

  /** The backend has answered completely. */
  answered(status: number): void {
    const backend = this.#leave()
    if (!backend) return
    this.#context.backends.answered(backend, status)
    this.#context.metrics.upstreamAnswered((performance.now() - this.begun) / 1_000)
  }

  /** The backend, against which it is held; null when none worked on the request. */
  failed(reason: FailureReason): Backend | null {
    const backend = this.#leave()
    if (!backend) return null
    this.#context.backends.failed(backend, reason)
    this.#context.metrics.upstreamFailed(reason)
    return backend
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
