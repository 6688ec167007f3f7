import { type ChatMessage, Transcript } from '../../incidents/transcript.ts'
import type { TranscriptStore } from '../ports.ts'
import type { Synchronous } from './async-ports.ts'
import type { Database } from './database.ts'
import type { EventLog } from './event-log.ts'

/** The messages of each incident's transcript, in order. */
export function createTranscriptRows(db: Database, log: EventLog): Synchronous<TranscriptStore> {
  const read = (incidentId: string, where: string): ChatMessage[] =>
    db
      .all(`SELECT message FROM transcript WHERE incident_id = ?1 ${where} ORDER BY id`, incidentId)
      .map(({ message }) => JSON.parse(String(message)))
  return {
    read: (incidentId) => new Transcript(read(incidentId, '')).closed(),
    append(incidentId, messages, events = []) {
      // Only the newest answer can have open calls.
      const newest = new Transcript(
        read(
          incidentId,
          `AND id >= (SELECT max(id) FROM transcript WHERE incident_id = ?1 AND json_extract(message, '$.role') = 'assistant')`,
        ),
      )
      for (const message of newest.completed(messages))
        db.run('INSERT INTO transcript (incident_id, message) VALUES (?, ?)', incidentId, JSON.stringify(message))
      for (const event of events) log.record(incidentId, event)
    },
  }
}
