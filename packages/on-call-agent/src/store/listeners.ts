import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TimelineEvent } from '../api.ts'

/** Those who hear of stored events. */
export interface Listeners {
  listen(listener: (event: TimelineEvent) => void): () => void
  /** Calls all of them, in the order of the events; many events in portions, between which other work gets its turn. */
  publish(events: TimelineEvent[]): void | Promise<void>
}

const AT_ONCE = 500

export function createListeners(): Listeners {
  const listeners = new Set<(event: TimelineEvent) => void>()
  const callAll = (events: TimelineEvent[]) => {
    for (const event of events) for (const listener of listeners) listener(event)
  }
  const callInTurns = async (events: TimelineEvent[]) => {
    for (let i = 0; i < events.length; i += AT_ONCE) {
      callAll(events.slice(i, i + AT_ONCE))
      await nextTurn()
    }
  }
  return {
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish: (events) => (events.length <= AT_ONCE ? callAll(events) : callInTurns(events)),
  }
}
