/** Runs a task in the lane of its key. */
export type Lanes = <T>(key: string, task: () => Promise<T>) => Promise<T>

/** At most `width` tasks of one key run at a time, in order; those of other keys do not wait for them. */
export function createLanes(width: number): Lanes {
  const lanes = new Map<string, { running: number; waiting: (() => void)[] }>()
  return async (key, task) => {
    const lane = lanes.get(key) ?? { running: 0, waiting: [] }
    lanes.set(key, lane)
    if (lane.running >= width) await new Promise<void>((resolve) => lane.waiting.push(resolve))
    else lane.running += 1
    try {
      return await task()
    } finally {
      const next = lane.waiting.shift()
      if (next) next()
      else lane.running -= 1
      if (lane.running === 0) lanes.delete(key)
    }
  }
}
