/** Something that can stand in a list of what is under way. */
export interface Listed {
  /** Its place in the list; the list's to keep. */
  place: number
}

/**
 * What is under way now, in no order. A `Set` would do but for its garbage: each of its tables, once in the old generation, keeps all young objects
 * that it ever held, and with thousands of short-lived entries a second that is most of what there is.
 */
export class UnderWay<T extends Listed> {
  readonly #all: T[] = []

  add(one: T): void {
    one.place = this.#all.push(one) - 1
  }

  /** Does nothing when it is not in the list. */
  delete(one: T): void {
    if (this.#all[one.place] !== one) return
    const last = this.#all.pop()
    if (last === undefined || last === one) return
    this.#all[one.place] = last
    last.place = one.place
  }

  /** Visits all; the visited one may leave meanwhile. */
  forEach(visit: (one: T) => void): void {
    for (let place = this.#all.length - 1; place >= 0; place--) {
      const one = this.#all[place]
      if (one) visit(one)
    }
  }
}
