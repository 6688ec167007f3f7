import { AsyncLocalStorage } from 'node:async_hooks'
import { performance } from 'node:perf_hooks'

/** Where the time of one request went; in seconds, and together its time from the balancer (or from its arrival) to its answer. */
export interface PhaseSeconds {
  /** Until the handler began, and while the event loop was busy with other work. */
  queue: number
  /** Its own running time. */
  self: number
  /** Waiting for the database or for a connection to it while the event loop was idle; undefined for a request that asked nothing of it. */
  db: number | undefined
}

/** Time and the event loop's idle time since the process began; both in ms. */
export interface LoopClock {
  now(): number
  idle(): number
}

const LOOP_CLOCK: LoopClock = { now: () => performance.now(), idle: () => performance.eventLoopUtilization().idle }
const requests = new AsyncLocalStorage<RequestPhases>()

/** Splits one request's time. Made when its head has arrived; before that it was under way or in a queue for `queuedMs`. */
export class RequestPhases {
  readonly #clock: LoopClock
  readonly #arrived: number
  readonly #queuedBefore: number
  #queued: number
  #database: number | undefined
  #wait: { at: number; idle: number } | undefined

  constructor(queuedMs: number, clock = LOOP_CLOCK) {
    this.#clock = clock
    this.#arrived = clock.now()
    this.#queuedBefore = queuedMs
    this.#queued = queuedMs
  }

  /** The handler begins; `waitForStorage` finds what waits in it. */
  handle(handler: () => void): void {
    this.#queued += this.#clock.now() - this.#arrived
    requests.run(this, handler)
  }

  /** Waits for the database: the idle loop's time is the database's, the busy loop's is other requests'. */
  async wait<T>(call: () => Promise<T>): Promise<T> {
    this.#wait = { at: this.#clock.now(), idle: this.#clock.idle() }
    try {
      return await call()
    } finally {
      this.#endWait()
    }
  }

  /** The answer is given away, or nobody waits for it any more. */
  end(): PhaseSeconds {
    this.#endWait()
    const total = this.#queuedBefore + this.#clock.now() - this.#arrived
    const self = Math.max(total - this.#queued - (this.#database ?? 0), 0)
    return { queue: this.#queued / 1_000, self: self / 1_000, db: this.#database === undefined ? undefined : this.#database / 1_000 }
  }

  #endWait(): void {
    if (!this.#wait) return
    const waited = this.#clock.now() - this.#wait.at
    const idle = Math.min(Math.max(this.#clock.idle() - this.#wait.idle, 0), waited)
    this.#database = (this.#database ?? 0) + idle
    this.#queued += waited - idle
    this.#wait = undefined
  }
}

/** Runs one storage call; its time is counted to the request whose handler it is called in, if any. */
export function waitForStorage<T>(call: () => Promise<T>): Promise<T> {
  const phases = requests.getStore()
  return phases ? phases.wait(call) : call()
}

/** Longer ago than any balancer waits: the clocks differ. */
const LONGEST_QUEUE_MS = 60_000

/** How long a request was under way or in a queue, in ms: `t=<Unix time in ms>` is set by the balancer. 0 for what cannot be. */
export function queuedSince(requestStart: string | string[] | undefined, now = Date.now()): number {
  if (typeof requestStart !== 'string' || !/^t=\d{13}(\.\d{1,6})?$/.test(requestStart)) return 0
  const queued = now - Number(requestStart.slice(2))
  return queued > 0 && queued < LONGEST_QUEUE_MS ? queued : 0
}
