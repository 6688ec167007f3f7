import { ConnectionPool } from '../upstream/connection-pool.ts'
import { type EjectionReason, FRESH_RECORD, type OutlierRecord } from './outlier.ts'

/** One instance as the balancer sees it. */
export class Backend {
  /** Base address, e.g. `http://127.0.0.1:8001`. */
  readonly url: string
  readonly pool: ConnectionPool
  /** What the active probes say. */
  healthy = true
  outlier: OutlierRecord = { ...FRESH_RECORD }
  /** Requests that it is working on. */
  inFlight = 0
  readonly maxInFlight: number

  constructor(url: string, { maxInFlight, now, onLost }: { maxInFlight: number; now: () => number; onLost: (backend: Backend) => void }) {
    this.url = url
    this.maxInFlight = maxInFlight
    this.pool = new ConnectionPool(url, now, () => onLost(this))
  }

  get ejected(): boolean {
    return this.outlier.state === 'ejected'
  }

  /** A backend on trial after an ejection takes one request at a time. */
  get full(): boolean {
    return this.inFlight >= (this.outlier.state === 'on_trial' ? 1 : this.maxInFlight)
  }

  get available(): boolean {
    return this.healthy && !this.ejected && !this.full
  }
}

/** What the balancer tells of changes in a backend's health. */
export interface HealthListener {
  /** It came onto the list. */
  opened(backend: Backend): void
  ejected(backend: Backend, reason: EjectionReason, forMs: number): void
  reinstated(backend: Backend, by: 'trial' | 'probes'): void
  healthChanged(backend: Backend): void
}
