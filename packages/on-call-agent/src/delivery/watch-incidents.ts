import type { TimelineEvent } from '../api.ts'
import type { Store, StorePorts } from '../store/ports.ts'

interface WatchedIncidents {
  store: Store
  /** For errors: what is done to an incident, e.g. `escalating`. */
  what: string
  /** Looks at the incident, and does in the same transaction what is due; returns after how many milliseconds it is to be looked at again, if at all. */
  look: (ports: StorePorts, incidentId: string) => Promise<number | undefined>
  /** After how many milliseconds the event is a reason to look, if at all. */
  when: (event: TimelineEvent['event']) => number | undefined
  onError: (what: string, error: unknown) => void
}

/** Before another look after one that failed. */
const RETRY_MS = 5_000
/** The newest incidents, which a start takes up again. */
const TAKEN_UP = 1_000

/**
 * Looks at each open incident when its time has come: one timer for each, the earliest time that was asked for. What is decided and what follows is
 * one transaction, so what happens in the last moment counts. What a restart interrupted is taken up.
 */
export async function watchIncidents({ store, what, look, when, onError }: WatchedIncidents): Promise<{ stop(): void }> {
  const timers = new Map<string, { timer: NodeJS.Timeout; dueMs: number }>()
  /** Incidents whose look waits for its transaction. */
  const waiting = new Set<string>()
  let stopped = false

  const after = (incidentId: string, ms: number) => {
    const dueMs = performance.now() + ms
    const known = timers.get(incidentId)
    if (stopped || (known && known.dueMs <= dueMs)) return
    clearTimeout(known?.timer)
    timers.set(incidentId, { timer: setTimeout(begin, ms, incidentId).unref(), dueMs })
  }
  const begin = (incidentId: string) => {
    clearTimeout(timers.get(incidentId)?.timer)
    timers.delete(incidentId)
    if (waiting.has(incidentId) || stopped) return
    waiting.add(incidentId)
    store
      .transaction((ports) => {
        waiting.delete(incidentId)
        return look(ports, incidentId)
      })
      .then((againMs) => againMs !== undefined && after(incidentId, againMs))
      .catch((error: unknown) => {
        waiting.delete(incidentId)
        if (stopped) return
        onError(`${what} ${incidentId}`, error)
        after(incidentId, RETRY_MS)
      })
  }

  const stop = store.onEvent(({ incident_id, event }) => {
    const ms = when(event)
    if (ms === 0) begin(incident_id)
    else if (ms !== undefined) after(incident_id, ms)
  })
  for (const { id, resolved_at } of await store.incidents.list(TAKEN_UP)) if (resolved_at === null) begin(id)
  return {
    stop() {
      stopped = true
      stop()
      for (const { timer } of timers.values()) clearTimeout(timer)
    },
  }
}
