import type { EventList, FleetEvent } from './api.ts'

const KEPT = 1_000

/** An event that has not happened before. */
export type NewEvent = Omit<FleetEvent, 'id' | 'at'>

type Listener = (event: FleetEvent) => void

/** What happened in the fleet, the last 1,000 events. */
export class EventLog {
  readonly #events: FleetEvent[] = []
  readonly #listeners: Listener[] = []
  #lastId = 0

  /** Calls `listener` with each event to come, in the order of `listen`. */
  listen(listener: Listener): void {
    this.#listeners.push(listener)
  }

  /** Gives the event its id and its time. */
  add(event: NewEvent): void {
    this.#lastId += 1
    const whole = { id: this.#lastId, at: new Date().toISOString(), ...event }
    this.#events.push(whole)
    if (this.#events.length > KEPT) this.#events.shift()
    for (const listener of this.#listeners) listener(whole)
  }

  /** What came after the event `since`. An id of the future, e.g. of an earlier process manager, counts as 0. */
  since(since: number): EventList {
    const after = since > this.#lastId ? 0 : since
    return { events: this.#events.filter(({ id }) => id > after), next: this.#lastId }
  }
}
