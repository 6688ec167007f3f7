import { createHash } from 'node:crypto'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Type } from 'typebox'
import { defineFault } from './fault.ts'

/** The longest time in which nothing else runs: scrapes and probes come in between, so a busy instance stays observable. */
const SLICE_MICROS = 10_000
const MATERIAL = Buffer.alloc(32_768, 'inventory')

/** Each request costs `cpu_ms` of CPU time more, one request after the other, on the event loop; in all at most `cpu_share` of one core. */
export const cpu = defineFault({
  mode: 'cpu',
  says: 'each request burns CPU; all instances together at most one core',
  fields: {
    cpu_ms: Type.Integer({
      minimum: 1,
      maximum: 5_000,
      default: 200,
      description: 'milliseconds of CPU time that each request costs more',
    }),
    /** The most that this instance may burn of one core. */
    cpu_share: Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1 }),
  },
  managed: ['cpu_share'],
  uses: 'core',
  trial: { seconds: 45, shows: ['cpu', 'queue_phase'] },
  start({ cpu_ms, cpu_share }, { surroundings }) {
    const ended = new AbortController()
    const budget = new Budget(cpu_share)
    let queue = Promise.resolve()
    surroundings.waitForRequest = (isAbandoned) => {
      queue = queue.then(() => burn(cpu_ms * 1_000, { budget, ended: ended.signal, isAbandoned }))
      return queue
    }
    return () => {
      surroundings.waitForRequest = undefined
      ended.abort()
    }
  },
})

/** The account of the CPU time spent: never more than the share of the time since the begin. */
class Budget {
  readonly #share: number
  readonly #began = performance.now()
  #spentMs = 0

  constructor(share: number) {
    this.#share = share
  }

  spend(micros: number): void {
    this.#spentMs += micros / 1_000
  }

  /** How long nothing may be spent; 0 or less for not at all. */
  get waitMs(): number {
    return this.#began + this.#spentMs / this.#share - performance.now()
  }
}

interface Burning {
  budget: Budget
  ended: AbortSignal
  isAbandoned: () => boolean
}

async function burn(micros: number, { budget, ended, isAbandoned }: Burning): Promise<void> {
  for (let left = micros; left > 0 && !ended.aborted && !isAbandoned(); ) {
    const spent = work(Math.min(left, SLICE_MICROS))
    budget.spend(spent)
    left -= spent
    if (budget.waitMs > 1) await setTimeout(budget.waitMs, undefined, { signal: ended }).catch(() => undefined)
    else await setImmediate()
  }
}

/** Hashes until this thread has spent so many microseconds of CPU time; says how many it were. */
function work(micros: number): number {
  const before = process.threadCpuUsage()
  for (;;) {
    createHash('sha256').update(MATERIAL).digest()
    const { user, system } = process.threadCpuUsage(before)
    if (user + system >= micros) return user + system
  }
}
