import { KeyedQueue } from '@oncall-lab/service-kit/keyed-queue'
import { createSemaphore } from '@oncall-lab/service-kit/semaphore'

/** Runs tasks side by side, those of one key one after the other. */
export interface WorkQueue {
  /** The task must not throw. */
  add(key: string, task: () => Promise<void>): void
  /** Settles when all that was added is done. */
  idle(): Promise<void>
}

/** At most `concurrency` tasks run at a time. */
export function createWorkQueue(concurrency: number): WorkQueue {
  const queue = new KeyedQueue()
  const places = createSemaphore(concurrency)
  return {
    add: (key, task) => void queue.run(key, () => places.run(task)),
    idle: () => queue.idle(),
  }
}
