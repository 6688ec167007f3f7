import type { InboundMessage, Inbox } from '../ports.ts'
import type { TranscriptStore } from '../transcript-store.ts'
import type { EventLog } from './event-log.ts'
import { optionalText, type Row, type Sql } from './sql.ts'

interface InboxParts {
  now: () => Date
  transcripts: TranscriptStore
}

/** Messages from people, in the table of all messages. */
export function createInboxRows(sql: Sql, log: EventLog, { now, transcripts }: InboxParts): Inbox {
  const newestIncident = async (where: string, person: string) => {
    const newest = `SELECT incident_id FROM messages WHERE person = ? AND incident_id IS NOT NULL ${where} ORDER BY id DESC LIMIT 1`
    return optionalText((await sql.get(newest, person))?.incident_id)
  }
  return {
    async receive({ vendorId, from, body, incidentId }) {
      if (vendorId !== null && (await sql.get('SELECT 1 FROM messages WHERE vendor_id = ?', vendorId))) return undefined
      const id = await sql.insert(
        `INSERT INTO messages (incident_id, direction, kind, person, body, state, vendor_id, created_at)
         VALUES (?, 'in', 'message', ?, ?, 'received', ?, ?)`,
        'id',
        incidentId,
        from,
        body,
        vendorId,
        now().toISOString(),
      )
      if (incidentId !== null) await log.record(incidentId, { kind: 'message_received', from, body })
      return { id, from, body, incidentId, byVendor: vendorId !== null, begun: false }
    },
    unanswered: async () => (await sql.all(`SELECT * FROM messages WHERE state IN ('received', 'begun') ORDER BY id`)).map(toInbound),
    async begin(messageId) {
      const message = await sql.get(`SELECT body, incident_id FROM messages WHERE id = ? AND state = 'received'`, messageId)
      if (!message) return
      await sql.run(`UPDATE messages SET state = 'begun' WHERE id = ?`, messageId)
      const incidentId = optionalText(message.incident_id)
      if (incidentId) await transcripts.append(incidentId, [{ role: 'user', content: String(message.body) }])
    },
    async markAnswered(messageId) {
      await sql.run(`UPDATE messages SET state = 'answered' WHERE id = ?`, messageId)
    },
    async unplaced(person) {
      const newest = await sql.get(
        `SELECT body, incident_id FROM messages WHERE person = ? AND direction = 'in' ORDER BY id DESC LIMIT 1`,
        person,
      )
      return newest?.incident_id === null ? optionalText(newest.body) : undefined
    },
    async lastHeard(person) {
      const newest = await sql.get(
        `SELECT created_at FROM messages WHERE person = ? AND direction = 'in' AND vendor_id IS NOT NULL ORDER BY id DESC LIMIT 1`,
        person,
      )
      return newest && new Date(String(newest.created_at))
    },
    lastConversation: async (person) => ({
      newest: await newestIncident('', person),
      newestFromPerson: await newestIncident(`AND direction = 'in'`, person),
    }),
  }
}

function toInbound(row: Row): InboundMessage {
  return {
    id: Number(row.id),
    from: String(row.person),
    body: String(row.body),
    incidentId: optionalText(row.incident_id) ?? null,
    byVendor: row.vendor_id !== null,
    begun: row.state === 'begun',
  }
}
