import type { FleetEvent, Instance } from '@oncall-lab/process-manager/api'

/** How a container ended without being asked to. */
export interface ContainerEnd {
  at: string
  code: number | null
  signal: string | null
  uptimeSeconds: number
  containerId: string
}

/**
 * The life of one pod: from the first process on a port until that port's process was ended on purpose. A process that the supervisor restarts
 * after it died is the same pod with another container.
 */
export interface PodLife {
  port: number
  /** Identifies it: the `instance_id` of its first process. */
  seed: string
  createdAt: string
  /** Since when it shall end. */
  deletedAt?: string
  containerId: string
  containerStartedAt: string
  readySince?: string
  restarts: number
  lastEnd?: ContainerEnd
}

/** The lives of all pods, followed through the process manager's events; the same events give the same lives. */
export class PodLives {
  readonly #byPort = new Map<number, PodLife>()

  /** Takes over one event. */
  follow(event: FleetEvent): void {
    const { port, type, at } = event
    // What happens to the whole fleet is no pod's.
    if (port === undefined) return
    const life = this.#byPort.get(port)
    if (type === 'starting') this.#start(port, event, life)
    else if (type === 'removed') this.#byPort.delete(port)
    else if (!life) return
    else if (type === 'running') this.#set(life, { readySince: at })
    else if (type === 'draining' || type === 'stopping') this.#set(life, { deletedAt: life.deletedAt ?? at, readySince: undefined })
    else if (type === 'exit') this.#end(event, life)
    else if (type === 'backoff' || type === 'fatal') this.#set(life, { readySince: undefined })
  }

  /** Adds the pods of instances whose beginning nobody remembers, and drops those of instances that are no more. */
  agreeWith(instances: Instance[]): void {
    const ports = new Set(instances.map(({ port }) => port))
    for (const port of this.#byPort.keys()) if (!ports.has(port)) this.#byPort.delete(port)
    for (const { port, instance_id, started_at, restarts, state } of instances) {
      if (this.#byPort.has(port)) continue
      const at = started_at ?? new Date(0).toISOString()
      this.#byPort.set(port, {
        port,
        seed: instance_id ?? `port-${port}`,
        createdAt: at,
        containerId: instance_id ?? `port-${port}`,
        containerStartedAt: at,
        restarts,
        ...(state === 'running' && { readySince: at }),
      })
    }
  }

  /** By port. */
  list(): PodLife[] {
    return [...this.#byPort.values()].toSorted((a, b) => a.port - b.port)
  }

  /** Forgets everything, as the process manager does when it starts anew. */
  clear(): void {
    this.#byPort.clear()
  }

  #start(port: number, { at, instance_id, id }: FleetEvent, life: PodLife | undefined): void {
    const containerId = instance_id ?? `${port}-${id}`
    if (life && life.deletedAt === undefined)
      this.#set(life, { containerId, containerStartedAt: at, restarts: life.restarts + 1, readySince: undefined })
    else this.#byPort.set(port, { port, seed: containerId, createdAt: at, containerId, containerStartedAt: at, restarts: 0 })
  }

  #end({ at, code = null, signal = null, uptime_seconds = 0, expected = false }: FleetEvent, life: PodLife): void {
    const lastEnd = { at, code, signal, uptimeSeconds: uptime_seconds, containerId: life.containerId }
    this.#set(life, expected ? { deletedAt: life.deletedAt ?? at, readySince: undefined } : { lastEnd, readySince: undefined })
  }

  #set(life: PodLife, change: { [K in keyof PodLife]?: PodLife[K] | undefined }): void {
    const next = { ...life, ...change }
    for (const [key, value] of Object.entries(change)) if (value === undefined) delete next[key as keyof PodLife]
    this.#byPort.set(life.port, next as PodLife) // What was undefined is gone.
  }
}
