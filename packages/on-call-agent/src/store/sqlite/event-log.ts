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
  /** Runs the work as one transaction; its events are heard after the commit, or never. */
  durably<T>(work: () => T): T
  /** The same for work that waits; nothing else may use the database meanwhile. */
  durablyAsync<T>(work: () => Promise<T>): Promise<T>
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
    durably(work) {
      db.begin()
      try {
        return commit(work())
      } catch (error) {
        throw undo(error)
      }
    },
    async durablyAsync(work) {
      db.begin()
      try {
        return commit(await work())
      } catch (error) {
        throw undo(error)
      }
    },
  }

  function commit<T>(result: T): T {
    db.commit()
    const heard = unheard
    unheard = []
    for (const event of heard) for (const listener of listeners) listener(event)
    return result
  }

  function undo(error: unknown): unknown {
    unheard = []
    db.rollback()
    return error
  }
}

function toEvent(row: Row): TimelineEvent {
  return { id: Number(row.id), incident_id: String(row.incident_id), at: String(row.at), event: JSON.parse(String(row.event)) }
}
