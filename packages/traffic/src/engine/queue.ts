/** First in, first out, each step in constant time. */
export class Queue<T> {
  #items: (T | undefined)[] = []
  #first = 0

  get length(): number {
    return this.#items.length - this.#first
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** The oldest, left where it is. */
  peek(): T | undefined {
    return this.#items[this.#first]
  }

  shift(): T | undefined {
    const item = this.#items[this.#first]
    if (this.length === 0) return undefined
    this.#items[this.#first] = undefined
    this.#first += 1
    if (this.#first > 1_024 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    return item
  }

  clear(): void {
    this.#items = []
    this.#first = 0
  }
}
