import type { Fault } from './fault.ts'

const STEP_BYTES = 4 * 1024 * 1024
const STEP_EVERY_MS = 250
const MOST_BYTES = 256 * 1024 * 1024
/** What the machine (or the container) must keep. */
const LEAVE_FREE_BYTES = 512 * 1024 * 1024

/** Holds more and more memory, 16 MiB a second up to 256 MiB, and stops earlier where the machine has little left. */
export const oomSafe: Fault = {
  mode: 'oom_safe',
  start() {
    const held: ArrayBuffer[] = []
    const timer = setInterval(() => {
      if (held.length * STEP_BYTES >= MOST_BYTES || process.availableMemory() < LEAVE_FREE_BYTES) return
      const step = new ArrayBuffer(STEP_BYTES)
      // Memory counts as resident only once it is written to.
      new Uint8Array(step).fill(1)
      held.push(step)
    }, STEP_EVERY_MS).unref()
    return () => {
      clearInterval(timer)
      // Detaching gives the pages back now, not at some garbage collection.
      for (const step of held.splice(0)) step.transfer(0)
    }
  },
}
