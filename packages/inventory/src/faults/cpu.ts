import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Fault } from './fault.ts'

/** The longest time in which nothing else runs: scrapes and probes come in between, so a busy instance stays observable. */
const SLICE_MICROS = 10_000
const MATERIAL = Buffer.alloc(32_768, 'inventory')

/** Each request costs `cpu_ms` of CPU time more, one request after the other, on the event loop. */
export const cpu: Fault = {
  mode: 'cpu',
  start({ cpu_ms }, surroundings) {
    let isOver = false
    let queue = Promise.resolve()
    surroundings.waitForRequest = (isAbandoned) => {
      queue = queue.then(() => burn(cpu_ms * 1_000, () => isOver || isAbandoned()))
      return queue
    }
    return () => {
      isOver = true
      surroundings.waitForRequest = undefined
    }
  },
}

async function burn(micros: number, isOver: () => boolean): Promise<void> {
  for (let left = micros; left > 0 && !isOver(); ) {
    left -= work(Math.min(left, SLICE_MICROS))
    await setImmediate()
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
