import { Histogram } from 'prom-client'

/** A histogram whose counts come ready-made from elsewhere. */
export class MergedHistogram extends Histogram {
  readonly #name: string
  readonly #help: string
  readonly #ends: readonly number[]
  readonly #counts: number[]
  #sum = 0

  constructor({ name, help, ends }: { name: string; help: string; ends: readonly number[] }) {
    super({ name, help, buckets: [...ends], registers: [] })
    this.#name = name
    this.#help = help
    this.#ends = ends
    this.#counts = [...ends, Number.POSITIVE_INFINITY].map(() => 0)
  }

  /** Adds counts between the ends (one more for what is beyond the last) and the sum of the values. */
  add(counts: readonly number[], sum: number): void {
    for (const [index, count] of counts.entries()) this.#counts[index] = (this.#counts[index] ?? 0) + count
    this.#sum += sum
  }

  /** What prom-client makes its text of, and `get` too; its types do not name it. */
  async getForPromString() {
    let total = 0
    const buckets = this.#counts.map((count, index) => {
      total += count
      return { metricName: `${this.#name}_bucket`, labels: { le: this.#ends[index] ?? '+Inf' }, value: total, sharedLabels: {} }
    })
    const sums = [
      { metricName: `${this.#name}_sum`, labels: {}, value: this.#sum, sharedLabels: {} },
      { metricName: `${this.#name}_count`, labels: {}, value: total, sharedLabels: {} },
    ]
    return { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values: [...buckets, ...sums] }
  }
}
