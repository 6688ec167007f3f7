import { setTimeout as sleep } from 'node:timers/promises'

/** Begins tasks in order, no two of them within `everyMs`. */
export function createPace(everyMs: number): <T>(task: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve()
  return async (task) => {
    if (everyMs === 0) return task()
    const mine = turn
    turn = mine.then(() => sleep(everyMs, undefined, { ref: false }))
    await mine
    return task()
  }
}
