/** What a call changed in the set of wanted ports. */
export interface Change {
  /** The ports that are wanted now and were not. */
  started: number[]
  stopped: number[]
  /** Settles, with true, when a later call asks for something else. */
  superseded: Promise<true>
}

interface Pending {
  change: Change
  isScale: boolean
  supersede: () => void
}

/** The calls that wait for what they changed. A later `/scale` supersedes an earlier one, and any call one whose port it turns around. */
export class PendingChanges {
  readonly #pending = new Set<Pending>()

  /** Supersedes what the change from `before` to `after` contradicts; call `done` when nobody waits for it any more. */
  add(before: ReadonlySet<number>, after: ReadonlySet<number>, isScale: boolean): { change: Change; done: () => void } {
    const started = [...after].filter((port) => !before.has(port))
    const stopped = [...before].filter((port) => !after.has(port))
    if (started.length + stopped.length > 0) {
      for (const { change, supersede, isScale: wasScale } of this.#pending) {
        const isTurned = change.started.some((port) => stopped.includes(port)) || change.stopped.some((port) => started.includes(port))
        if (isTurned || (isScale && wasScale)) supersede()
      }
    }
    const { promise, resolve } = Promise.withResolvers<true>()
    const pending = { change: { started, stopped, superseded: promise }, isScale, supersede: () => resolve(true) }
    this.#pending.add(pending)
    return { change: pending.change, done: () => this.#pending.delete(pending) }
  }
}
