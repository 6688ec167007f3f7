import { Histogram } from 'prom-client'

/** A histogram whose counts come ready-made from elsewhere. */
export class MergedHistogram extends Histogram {
  readonly #ends: readonly number[]
  readonly #counts: number[]
  #sum = 0

  constructor({ name, help, ends }: { name: string; help: string; ends: readonly number[] }) {
    super({ name, help, buckets: [...ends], registers: [] })
    this.#ends = ends
    this.#counts = [...ends, Number.POSITIVE_INFINITY].map(() => 0)
  }

  /** Adds counts between the ends (one more for what is beyond the last) and the sum of the values. */
  add(counts: readonly number[], sum: number): void {
    for (const [index, count] of counts.entries()) this.#counts[index] = (this.#counts[index] ?? 0) + count
    this.#sum += sum
  }

  override async get() {
    const { name, ...rest } = await super.get()
    let total = 0
    const buckets = this.#counts.map((count, index) => {
      total += count
      return { metricName: `${name}_bucket`, labels: { le: this.#ends[index] ?? '+Inf' }, value: total }
    })
    const sums = [
      { metricName: `${name}_sum`, labels: {}, value: this.#sum },
      { metricName: `${name}_count`, labels: {}, value: total },
    ]
    return { name, ...rest, values: [...buckets, ...sums] }
  }
}
