import { AREA_BYTES, type Area, type WorkingMemory } from '../memory/working-memory.ts'
import { defineFault } from './fault.ts'
import { leavesReserve, MEMORY_MB } from './memory-bounds.ts'

const STEP_BYTES = 4 * 1_048_576
const STEP_EVERY_MS = 250

/**
 * Takes the shop's working memory, 16 MiB a second up to `memory_mb`, and stops earlier where the machine has little left. The limit of the memory
 * is the same `memory_mb` meanwhile, so a request that then needs some meets the end of it: V8 refuses to grow the buffer.
 */
export const oomSafe = defineFault({
  mode: 'oom_safe',
  says: 'memory is allocated, 16 MB a second; then requests find none',
  fields: { memory_mb: MEMORY_MB },
  uses: 'memory',
  trial: { seconds: 50, shows: ['memory', 'errors'] },
  start({ memory_mb }, { memory }) {
    const held: Area[] = []
    memory.limit(memory_mb * 1_048_576)
    const timer = setInterval(() => take(memory, held), STEP_EVERY_MS).unref()
    return () => {
      clearInterval(timer)
      memory.limit()
      for (const area of held.splice(0)) area.giveBack()
    }
  },
})

function take(memory: WorkingMemory, held: Area[]): void {
  if (!leavesReserve(STEP_BYTES)) return
  try {
    for (let taken = 0; taken < STEP_BYTES; taken += AREA_BYTES) {
      const area = memory.take()
      held.push(area)
      // Memory counts as resident only once it is written to.
      area.bytes.fill(1)
    }
  } catch {
    // All of it is taken; the next step takes what requests have given back.
  }
}
