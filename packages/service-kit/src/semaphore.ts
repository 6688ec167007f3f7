/** Lets at most so many tasks run at a time; the others wait in order. */
export interface Semaphore {
  /** Runs the task when its turn comes. A signal that ends first takes it out of the line. @throws what the task throws, or the signal's reason */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

/** `places` tasks run side by side. */
export function createSemaphore(places: number): Semaphore {
  const waiting = new Set<() => void>()
  let free = places

  const enter = async (signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted()
    if (free > 0) {
      free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      waiting.delete(resolve)
      reject(signal?.reason)
    }
    waiting.add(resolve)
    signal?.addEventListener('abort', giveUp, { once: true })
    await promise.finally(() => signal?.removeEventListener('abort', giveUp))
  }
  const leave = () => {
    const [next] = waiting
    if (!next) free += 1
    else {
      waiting.delete(next)
      next()
    }
  }

  return {
    async run(task, signal) {
      await enter(signal)
      try {
        return await task()
      } finally {
        leave()
      }
    },
  }
}
