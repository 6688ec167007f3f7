import type { TranscriptStore } from '../ports.ts'
import type { Synchronous } from './async-ports.ts'
import type { Database } from './database.ts'
import type { EventLog } from './event-log.ts'

/** The messages of each incident's transcript, in order. */
export function createTranscriptRows(db: Database, log: EventLog): Synchronous<TranscriptStore> {
  return {
    read: (incidentId) =>
      db
        .all('SELECT message FROM transcript WHERE incident_id = ? ORDER BY id', incidentId)
        .map(({ message }) => JSON.parse(String(message))),
    append(incidentId, messages, events = []) {
      for (const message of messages)
        db.run('INSERT INTO transcript (incident_id, message) VALUES (?, ?)', incidentId, JSON.stringify(message))
      for (const event of events) log.record(incidentId, event)
    },
  }
}
