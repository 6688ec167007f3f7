import type { TimelineEvent } from '../../api.ts'
import type { NewEvent } from '../ports.ts'
import type { Database, Row } from './database.ts'

/** The timelines of all incidents in one table, and the listeners that hear of an event once its transaction is on disk. */
export interface EventLog {
  record(incidentId: string, event: NewEvent): void
  of(incidentId: string): TimelineEvent[]
  after(id: number, limit: number): TimelineEvent[]
  newestId(): number
  listen(listener: (event: TimelineEvent) => void): () => void
  /** How many events are recorded and not yet published. */
  unpublished(): number
  /** Drops all but the first `kept` of them: their change was undone. */
  forget(kept: number): void
  /** Calls the listeners; their change is on disk. */
  publish(): void
}

/** `now` stamps the events. */
export function createEventLog(db: Database, now: () => Date): EventLog {
  const listeners = new Set<(event: TimelineEvent) => void>()
  let unheard: TimelineEvent[] = []
  return {
    record(incidentId, event) {
      const at = now().toISOString()
      const id = db.run('INSERT INTO events (incident_id, at, event) VALUES (?, ?, ?)', incidentId, at, JSON.stringify(event))
      unheard.push({ id, incident_id: incidentId, at, event })
    },
    of: (incidentId) => db.all('SELECT * FROM events WHERE incident_id = ? ORDER BY id', incidentId).map(toEvent),
    after: (id, limit) => db.all('SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?', id, limit).map(toEvent),
    newestId: () => Number(db.get('SELECT max(id) AS id FROM events')?.id ?? 0),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    unpublished: () => unheard.length,
    forget(kept) {
      unheard.length = kept
    },
    publish() {
      const heard = unheard
      unheard = []
      for (const event of heard) for (const listener of listeners) listener(event)
    },
  }
}

function toEvent(row: Row): TimelineEvent {
  return { id: Number(row.id), incident_id: String(row.incident_id), at: String(row.at), event: JSON.parse(String(row.event)) }
}
