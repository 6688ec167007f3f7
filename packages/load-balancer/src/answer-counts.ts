import { Counter, type Registry } from 'prom-client'

/** Who made an answer: a backend, or the balancer in its place. */
export type AnswerOrigin = 'backend' | 'balancer'

/** The answers of one backend and origin by status. */
type ByStatus = Map<number, number>

const BACKEND_STATUSES = [200, 201, 204, 404, 409, 500, 503]
const OWN_STATUSES = [499, 502, 503, 504]
const OWN_STATUSES_WITHOUT_BACKEND = [400, 403, 404, 408, 413, 499, 503, 504]
/** Backends come and go with their ports; beyond so many the oldest are forgotten. */
const BACKENDS_AT_MOST = 100

/**
 * `load_balancer_requests_total`, counted in plain numbers that prom-client reads when it is scraped. What is likely for a backend starts at zero,
 * so that `rate()` sees the first of each. What the plain numbers save shows in `bench balancer` as CPU time per request at saturation.
 */
export class AnswerCounts {
  readonly #counts = new Map<string, Record<AnswerOrigin, ByStatus>>()

  constructor(registry: Registry) {
    const counts = this.#counts
    this.open('')
    new Counter({
      name: 'load_balancer_requests_total',
      help: 'Requests answered, by backend, by the status the caller got (499: it left first) and by who made the answer.',
      labelNames: ['backend', 'status', 'origin'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [backend, origins] of counts)
          for (const origin of ['backend', 'balancer'] as const)
            for (const [status, count] of origins[origin]) this.inc({ backend, status: String(status), origin }, count)
      },
    })
  }

  /** Begins the series of a backend. */
  open(backend: string): void {
    if (this.#counts.has(backend)) return
    const zero = (statuses: readonly number[]) => new Map(statuses.map((status) => [status, 0]))
    this.#counts.set(
      backend,
      backend === ''
        ? { backend: new Map(), balancer: zero(OWN_STATUSES_WITHOUT_BACKEND) }
        : { backend: zero(BACKEND_STATUSES), balancer: zero(OWN_STATUSES) },
    )
    const oldest = [...this.#counts.keys()].find((each) => each !== '')
    if (this.#counts.size > BACKENDS_AT_MOST && oldest !== undefined) this.#counts.delete(oldest)
  }

  /** One answer; `backend` is empty when none was asked. */
  count(backend: string, status: number, origin: AnswerOrigin): void {
    let origins = this.#counts.get(backend)
    if (!origins) {
      this.open(backend)
      origins = this.#counts.get(backend)
    }
    const byStatus = origins?.[origin]
    byStatus?.set(status, (byStatus.get(status) ?? 0) + 1)
  }
}
