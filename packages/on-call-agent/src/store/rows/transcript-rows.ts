import { type ChatMessage, Transcript } from '../../incidents/transcript.ts'
import type { TranscriptStore } from '../transcript-store.ts'
import type { EventLog } from './event-log.ts'
import type { Sql } from './sql.ts'

/** The messages of each incident's transcript, in order. */
export function createTranscriptRows(sql: Sql, log: EventLog): TranscriptStore {
  const read = async (incidentId: string, where: string): Promise<ChatMessage[]> => {
    const rows = await sql.all(`SELECT message FROM transcript WHERE incident_id = ?1 ${where} ORDER BY id`, incidentId)
    return rows.map(({ message }) => JSON.parse(String(message)))
  }
  return {
    read: async (incidentId) => new Transcript(await read(incidentId, '')).closed(),
    async append(incidentId, messages, events = []) {
      // Only the newest answer can have open calls.
      const newest = new Transcript(
        await read(incidentId, `AND id >= (SELECT max(id) FROM transcript WHERE incident_id = ?1 AND message ->> 'role' = 'assistant')`),
      )
      for (const message of newest.completed(messages))
        await sql.run('INSERT INTO transcript (incident_id, message) VALUES (?, ?)', incidentId, JSON.stringify(message))
      for (const event of events) await log.record(incidentId, event)
    },
  }
}
