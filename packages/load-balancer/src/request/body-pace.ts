/** A request's body has to come at this rate, as Kestrel's MinRequestBodyDataRate asks by default. */
const BYTES_PER_SECOND = 240

/** Share of the caller's time-out that is one window: a stall is noticed after two at the latest. */
const WINDOW = 0.8

/** Whether a request's body comes fast enough; the time in which the balancer itself holds it back does not count. */
export class BodyPace {
  readonly #windowMs: number
  #windowBegan: number
  #bytes = 0
  #heldSince: number | null = null

  /** Judges each window on its own, so that a fast beginning excuses no stall. */
  constructor({ callerTimeoutMs }: { callerTimeoutMs: number }, now: number) {
    this.#windowMs = callerTimeoutMs * WINDOW
    this.#windowBegan = now
  }

  received(bytes: number): void {
    this.#bytes += bytes
  }

  hold(now: number): void {
    this.#heldSince ??= now
  }

  go(now: number): void {
    this.#heldSince = null
    this.#windowBegan = now
    this.#bytes = 0
  }

  /** For how long it has been held back, ms; 0 when it is not. */
  heldFor(now: number): number {
    return this.#heldSince === null ? 0 : now - this.#heldSince
  }

  /** To be asked more often than once a window. */
  tooSlow(now: number): boolean {
    if (this.#heldSince !== null || now - this.#windowBegan < this.#windowMs) return false
    const slow = this.#bytes < (this.#windowMs / 1_000) * BYTES_PER_SECOND
    this.#windowBegan = now
    this.#bytes = 0
    return slow
  }
}
