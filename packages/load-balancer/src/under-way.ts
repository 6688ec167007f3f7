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

  /** Visits all; the visited one may leave meanwhile. */
  forEach(visit: (one: T) => void): void {
    for (let index = this.#all.length - 1; index >= 0; index--) {
      const one = this.#all[index]
      if (one) visit(one)
    }
  }
}
