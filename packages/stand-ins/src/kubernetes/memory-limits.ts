import { readMemoryBytes } from '@oncall-lab/service-kit/process-table'
import type { Pod } from './kinds.ts'

/** A container that runs, with its process and its limit. */
export interface LimitedContainer {
  containerId: string
  pid: number
  limitBytes: number
}

/** What a node does for limits. */
export interface MemoryControl {
  /** Null when the process is gone. */
  memoryOf: (pid: number) => number | null
  kill: (pid: number) => void
}

const ON_THIS_MACHINE: MemoryControl = {
  memoryOf: readMemoryBytes,
  kill: (pid) => {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {} // It has ended already.
  },
}

/** Ends the processes of containers that exceed their memory limit, as the kernel of a node does, and remembers which. */
export class MemoryLimits {
  readonly #control: MemoryControl
  readonly #killed = new Set<string>()

  constructor(control: MemoryControl = ON_THIS_MACHINE) {
    this.#control = control
  }

  enforce(containers: readonly LimitedContainer[]): void {
    for (const { containerId, pid, limitBytes } of containers) {
      const used = this.#killed.has(containerId) ? null : this.#control.memoryOf(pid)
      if (used === null || used <= limitBytes) continue
      this.#killed.add(containerId)
      this.#control.kill(pid)
    }
  }

  /** Whether a container was ended for its memory. */
  hasKilled(containerId: string): boolean {
    return this.#killed.has(containerId)
  }
}

const UNITS: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }

/** A quantity of memory in bytes (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/), as far as limits use it; undefined for another text. */
export function bytesOf(quantity: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?)([kMG]|[KMG]i)?$/.exec(quantity) ?? []
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 1)
}

/** The memory limit of a pod's container, in bytes. */
export function memoryLimitOf({ containers }: Pod['spec']): number | undefined {
  const limit = containers[0]?.resources.limits?.memory
  return limit === undefined ? undefined : bytesOf(limit)
}
