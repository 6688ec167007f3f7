import { conflict } from '@oncall-lab/service-kit/errors'
import type { FaultBehaviour } from './behaviour.ts'
import { decideMemory } from './memory-budget.ts'

const MOST_MEMORY_MB = 256

/** Instances that hold memory leave the machine its reserve, all together. `availableMemory`: bytes that the machine, or the container, could still give. */
export function memoryShare(availableMemory: () => number): FaultBehaviour {
  return {
    fits(fault, ports, others) {
      const holding = others.filter(({ port }) => !ports.includes(port))
      const decision = decideMemory({
        askedMb: fault.memory_mb ?? MOST_MEMORY_MB,
        instances: ports.length,
        promisedMb: holding.reduce((sum, one) => sum + (one.fault.memory_mb ?? MOST_MEMORY_MB), 0),
        availableBytes: availableMemory(),
      })
      if (decision.kind === 'refuse') throw conflict(decision.reason)
      return { ...fault, memory_mb: decision.memoryMb }
    },
  }
}
