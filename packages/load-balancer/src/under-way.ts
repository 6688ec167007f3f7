/** The clock is read after so many visits. */
const VISITS = 8

/** An entry of `UnderWay`. */
export interface Entry {
  /** Its index; written by the list only. */
  index: number
}

/**
 * What is under way now, in no order. A `Set` would do but for its garbage: each of its tables, once in the old generation, keeps all young objects
 * that it ever held, and with thousands of short-lived entries a second that is most of what there is. What it saves shows in `bench balancer` as memory
 * while loaded.
 */
export class UnderWay<T extends Entry> {
  readonly #all: T[] = []
  /** Where the next visit begins, downwards. */
  #next = -1

  add(one: T): void {
    one.index = this.#all.push(one) - 1
  }

  /** Does nothing when it is not in the list. */
  delete(one: T): void {
    if (this.#all[one.index] !== one) return
    const last = this.#all.pop()
    if (last === undefined || last === one) return
    this.#all[one.index] = last
    last.index = one.index
  }

  /**
   * Visits all, and ends early once `performance.now()` has passed `deadline`; the next call goes on where this one ended. The visited one may leave meanwhile; what
   * takes its place is visited in the next call at the latest.
   */
  forEachUntil(deadline: number, visit: (one: T) => void): void {
    const all = this.#all
    let left = all.length
    if (this.#next >= left) this.#next = left - 1
    while (left > 0 && all.length > 0) {
      if (this.#next < 0) this.#next = all.length - 1
      const one = all[this.#next]
      this.#next -= 1
      left -= 1
      if (one) visit(one)
      if (left % VISITS === 0 && performance.now() > deadline) return
    }
  }
}
