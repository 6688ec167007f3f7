import type { Node } from './kinds.ts'
import type { PodLife } from './pod-lives.ts'

/** Where a pod runs, and the replica set that it belongs to (its name); both are decided when it begins. */
export interface Place {
  nodeName: string
  replicaSet: string
}

/** The scheduler: gives each new pod the node with the fewest pods among those that take any. */
export class Placement {
  readonly #places = new Map<string, Place>()

  /** By a pod's seed. */
  of(seed: string): Place | undefined {
    return this.#places.get(seed)
  }

  /** Places the pods that have no place yet; forgets those that are no more. */
  update(lives: PodLife[], nodes: Node[], replicaSet: string): void {
    const seeds = new Set(lives.map(({ seed }) => seed))
    for (const seed of this.#places.keys()) if (!seeds.has(seed)) this.#places.delete(seed)
    for (const { seed } of lives) if (!this.#places.has(seed)) this.#places.set(seed, { nodeName: this.#emptiest(nodes), replicaSet })
  }

  /** The first replica set: every pod that began before it was there belongs to it. */
  adopt(replicaSet: string): void {
    for (const place of this.#places.values()) place.replicaSet ||= replicaSet
  }

  #emptiest(nodes: Node[]): string {
    const open = nodes.filter(({ spec }) => !spec.taints?.some(({ effect }) => effect === 'NoSchedule'))
    const count = (name: string) => [...this.#places.values()].filter(({ nodeName }) => nodeName === name).length
    // Where no node takes any, a process runs all the same: it stands on the first.
    return (open.toSorted((a, b) => count(a.metadata.name) - count(b.metadata.name))[0] ?? nodes[0])?.metadata.name ?? ''
  }
}
