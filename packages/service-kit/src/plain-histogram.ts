import { Histogram, type Registry } from 'prom-client'

interface Options {
  name: string
  help: string
  /** Upper ends, ascending. */
  buckets: readonly number[]
  registry: Registry
}

/**
 * A histogram without labels whose `record` is an addition to an array, and which takes counts that were made elsewhere: prom-client's own `observe` builds a key
 * from its labels each time, which costs more than the rest of a balancer's metrics together. What is scraped is the same.
 */
export class PlainHistogram extends Histogram {
  readonly #bounds: Float64Array
  readonly #counts: Float64Array
  readonly #name: string
  readonly #frame: { help: string; type: string; aggregator: string }
  #sum = 0

  constructor({ name, help, buckets, registry }: Options) {
    super({ name, help, buckets: [...buckets], registers: [registry] })
    this.#name = name
    this.#frame = { help, type: 'histogram', aggregator: 'sum' }
    this.#bounds = Float64Array.from(buckets)
    this.#counts = new Float64Array(buckets.length + 1)
  }

  /** Counts one value. */
  record(value: number): void {
    const bounds = this.#bounds
    let at = 0
    while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#sum += value
  }

  /** Adds counts between the ends (one more for what is beyond the last) and the sum of the values. */
  add(counts: readonly number[], sum: number): void {
    for (const [at, count] of counts.entries()) this.#counts[at] = (this.#counts[at] ?? 0) + count
    this.#sum += sum
  }

  /** What the registry writes out: prom-client asks for it by this name, which its types do not give. */
  async getForPromString() {
    const { type, help, aggregator } = this.#frame
    const sharedLabels = {}
    let total = 0
    const buckets = [...[...this.#bounds].map(String), '+Inf'].map((le, at) => {
      total += this.#counts[at] ?? 0
      return { metricName: `${this.#name}_bucket`, labels: { le }, sharedLabels, value: total }
    })
    const sums = [
      { metricName: `${this.#name}_sum`, labels: {}, sharedLabels, value: this.#sum },
      { metricName: `${this.#name}_count`, labels: {}, sharedLabels, value: total },
    ]
    return { name: this.#name, help, type, aggregator, values: [...buckets, ...sums] }
  }
}
