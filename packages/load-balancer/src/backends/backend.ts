import { ConnectionPool } from '../upstream/connection-pool.ts'
import { BackendHealth, type EjectionOptions } from './backend-health.ts'
import type { EjectionReason } from './outlier.ts'

/** What a backend is made with. */
export interface BackendOptions extends EjectionOptions {
  /** Requests that it gets at a time. */
  maxInFlight: number
  now: () => number
  /** It closed a connection that nobody was using. */
  onLost: (backend: Backend) => void
}

/** One instance as the balancer sees it. */
export class Backend {
  /** Base address, e.g. `http://127.0.0.1:8001`. */
  readonly url: string
  readonly pool: ConnectionPool
  readonly health: BackendHealth
  /** Requests that it is working on. */
  inFlight = 0
  readonly maxInFlight: number

  constructor(url: string, { maxInFlight, now, onLost, ...ejection }: BackendOptions) {
    this.url = url
    this.maxInFlight = maxInFlight
    this.health = new BackendHealth({ ...ejection, now })
    this.pool = new ConnectionPool(url, now, () => onLost(this))
  }

  /** A backend on trial after an ejection takes one request at a time. */
  get full(): boolean {
    return this.inFlight >= (this.health.onTrial ? 1 : this.maxInFlight)
  }

  get available(): boolean {
    return this.health.healthy && !this.health.ejected && !this.full
  }
}

/** Who follows the backends of a set. */
export interface BackendListener {
  /** It came onto the list. */
  opened(backend: Backend): void
  /** It closed a connection that nobody was using: the first sign of a dead process. */
  lost(backend: Backend): void
  ejected(backend: Backend, reason: EjectionReason, forMs: number): void
  reinstated(backend: Backend, by: 'trial' | 'probes'): void
  /** The probes find it well again, or down. */
  probesChanged(backend: Backend, healthy: boolean): void
}
