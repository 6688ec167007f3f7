/** Runs the actions of one key one after the other, in the order in which they were asked for; an action that fails does not stop the next. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>()

  /** Settles as `action` does. */
  run<T>(key: string, action: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key)
    const result = before ? before.then(action) : Promise.resolve().then(action)
    const tail = result.catch(() => undefined)
    this.#tails.set(key, tail)
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    })
    return result
  }

  /** Settles when every action is over, those included that are asked for meanwhile. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values())
  }

  /** Keys with an action that has not settled. */
  get busy(): number {
    return this.#tails.size
  }
}
