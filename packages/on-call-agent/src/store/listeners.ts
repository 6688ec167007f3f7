import type { TimelineEvent } from '../api.ts'

/** Those who hear of stored events. */
export interface Listeners {
  listen(listener: (event: TimelineEvent) => void): () => void
  /** Calls all of them, in the order of the events. */
  publish(events: TimelineEvent[]): void
}

export function createListeners(): Listeners {
  const listeners = new Set<(event: TimelineEvent) => void>()
  return {
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish(events) {
      for (const event of events) for (const listener of listeners) listener(event)
    },
  }
}
