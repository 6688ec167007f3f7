import { AREA_BYTES } from '../memory/working-memory.ts'
import type { ReturnableArea } from '../surroundings.ts'
import { defineFault } from './fault.ts'
import { leavesReserve, MEMORY_MB } from './memory-bounds.ts'

const MOST_BYTES_A_SECOND = 1_048_576

/** Each request keeps its working memory, 128 KiB, for good: at most 1 MiB a second, up to `memory_mb`. From then on requests get none, as with `oom_safe`. */
export const memoryLeak = defineFault({
  mode: 'memory_leak',
  says: 'each request leaks memory',
  fields: { memory_mb: MEMORY_MB },
  uses: 'memory',
  trial: { seconds: 80, shows: ['memory'] },
  start({ memory_mb }, { surroundings, memory }) {
    const held: ReturnableArea[] = []
    const began = performance.now()
    memory.limit(memory_mb * 1_048_576)
    surroundings.onAreaReturn = (area) => {
      const allowed = (1 + (performance.now() - began) / 1_000) * MOST_BYTES_A_SECOND
      if (held.length * AREA_BYTES >= allowed || !leavesReserve(AREA_BYTES)) return area.giveBack()
      held.push(area)
      // Memory counts as resident only once it is written to.
      area.bytes.fill(1)
    }
    return () => {
      surroundings.onAreaReturn = undefined
      memory.limit()
      for (const area of held.splice(0)) area.giveBack()
    }
  },
})
