/** Runs tasks side by side, those of one key one after the other. */
export interface WorkQueue {
  /** The task must not throw. */
  add(key: string, task: () => Promise<void>): void
  /** Settles when all that was added is done. */
  idle(): Promise<void>
}

/** At most `concurrency` tasks run at a time. */
export function createWorkQueue(concurrency: number): WorkQueue {
  const tails = new Map<string, Promise<void>>()
  const waiting: (() => void)[] = []
  let free = concurrency

  const takePlace = (): Promise<void> => {
    if (free > 0) {
      free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve) => waiting.push(resolve))
  }
  const givePlace = () => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  return {
    add(key, task) {
      const before = tails.get(key) ?? Promise.resolve()
      const tail = before.then(takePlace).then(task).finally(givePlace)
      tails.set(key, tail)
      void tail.finally(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values())
    },
  }
}
