import type { InboundMessage, Inbox, TranscriptStore } from '../ports.ts'
import type { Synchronous } from './async-ports.ts'
import { type Database, optionalText, type Row } from './database.ts'
import type { EventLog } from './event-log.ts'

interface InboxParts {
  now: () => Date
  transcripts: Synchronous<TranscriptStore>
}

/** Messages from people, in the table of all messages. */
export function createInboxRows(db: Database, log: EventLog, { now, transcripts }: InboxParts): Synchronous<Inbox> {
  const newestIncident = (where: string, person: string) =>
    optionalText(
      db.get(`SELECT incident_id FROM messages WHERE person = ? AND incident_id IS NOT NULL ${where} ORDER BY id DESC LIMIT 1`, person)
        ?.incident_id,
    )
  return {
    receive({ vendorId, from, body, incidentId }) {
      if (vendorId !== null && db.get('SELECT 1 FROM messages WHERE vendor_id = ?', vendorId)) return undefined
      const id = db.run(
        `INSERT INTO messages (incident_id, direction, kind, person, body, state, vendor_id, created_at)
         VALUES (?, 'in', 'message', ?, ?, 'received', ?, ?)`,
        incidentId,
        from,
        body,
        vendorId,
        now().toISOString(),
      )
      if (incidentId !== null) log.record(incidentId, { kind: 'message_received', from, body })
      return { id, from, body, incidentId, begun: false }
    },
    unanswered: () => db.all(`SELECT * FROM messages WHERE state IN ('received', 'begun') ORDER BY id`).map(toInbound),
    begin(messageId) {
      const message = db.get(`SELECT body, incident_id FROM messages WHERE id = ? AND state = 'received'`, messageId)
      if (!message) return
      db.run(`UPDATE messages SET state = 'begun' WHERE id = ?`, messageId)
      const incidentId = optionalText(message.incident_id)
      if (incidentId) transcripts.append(incidentId, [{ role: 'user', content: String(message.body) }])
    },
    markAnswered(messageId) {
      db.run(`UPDATE messages SET state = 'answered' WHERE id = ?`, messageId)
    },
    unplaced(person) {
      const newest = db.get(`SELECT body, incident_id FROM messages WHERE person = ? AND direction = 'in' ORDER BY id DESC LIMIT 1`, person)
      return newest?.incident_id === null ? optionalText(newest.body) : undefined
    },
    lastHeard(person) {
      const newest = db.get(
        `SELECT created_at FROM messages WHERE person = ? AND direction = 'in' AND vendor_id IS NOT NULL ORDER BY id DESC LIMIT 1`,
        person,
      )
      return newest && new Date(String(newest.created_at))
    },
    lastConversation: (person) => ({
      newest: newestIncident('', person),
      newestFromPerson: newestIncident(`AND direction = 'in'`, person),
    }),
  }
}

function toInbound(row: Row): InboundMessage {
  return {
    id: Number(row.id),
    from: String(row.person),
    body: String(row.body),
    incidentId: optionalText(row.incident_id) ?? null,
    begun: row.state === 'begun',
  }
}
