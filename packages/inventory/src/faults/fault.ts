import type { FaultMode, FaultRequest } from '../api.ts'
import type { WorkingMemory } from '../memory/working-memory.ts'
import type { Surroundings } from '../surroundings.ts'

/** What a fault acts on. */
export interface FaultTarget {
  surroundings: Surroundings
  memory: WorkingMemory
}

/**
 * One way to break an instance. Two things hold for each of them:
 *
 * - Nobody who looks at the instance from outside (routes, log text, metrics, headers, stack frames) is told which one is on. A fault
 *   therefore works through a real mechanism: the request then fails, or is late, for a genuine reason and at the genuine place.
 * - It ends by itself, and what it takes of the machine is bounded.
 */
export interface Fault {
  mode: Exclude<FaultMode, 'none'>
  /** Begins; the answer ends it and gives everything back. */
  start(request: FaultRequest, target: FaultTarget): () => void
}
