import type { InboundMessage, IncidentStore, OutboundMessage } from '../ports.ts'
import type { Database, Row } from './database.ts'
import type { EventLog } from './event-log.ts'

type MessageMethods = Pick<
  IncidentStore,
  | 'receiveMessage'
  | 'unansweredMessages'
  | 'incidentOfSentMessage'
  | 'isSent'
  | 'lastConversation'
  | 'outbox'
  | 'markSending'
  | 'markSent'
  | 'markFailed'
>

/** Messages to and from people, in one table. */
export function createMessageRows(db: Database, log: EventLog, now: () => Date) {
  const incidentOf = (messageId: number): string | undefined => {
    const id = db.get('SELECT incident_id FROM messages WHERE id = ?', messageId)?.incident_id
    return typeof id === 'string' ? id : undefined
  }
  const methods: MessageMethods = {
    receiveMessage: ({ sid, from, body, incidentId }) =>
      log.durably(() => {
        if (sid !== null && db.get('SELECT 1 FROM messages WHERE sid = ?', sid)) return undefined
        const id = db.run(
          `INSERT INTO messages (incident_id, direction, person, body, status, sid, created_at) VALUES (?, 'in', ?, ?, 'received', ?, ?)`,
          incidentId,
          from,
          body,
          sid,
          now().toISOString(),
        )
        if (incidentId !== null) log.record(incidentId, { kind: 'message_received', from, body })
        return id
      }),
    unansweredMessages: () => db.all(`SELECT * FROM messages WHERE status IN ('received', 'begun') ORDER BY id`).map(toInbound),
    incidentOfSentMessage: (sid) => text(db.get(`SELECT incident_id FROM messages WHERE sid = ? AND direction = 'out'`, sid)?.incident_id),
    isSent: (sid) => db.get(`SELECT 1 FROM messages WHERE sid = ? AND direction = 'out'`, sid) !== undefined,
    lastConversation: (person) => ({
      newest: text(
        db.get('SELECT incident_id FROM messages WHERE person = ? AND incident_id IS NOT NULL ORDER BY id DESC', person)?.incident_id,
      ),
      newestFromPerson: text(
        db.get(
          `SELECT incident_id FROM messages WHERE person = ? AND incident_id IS NOT NULL AND direction = 'in' ORDER BY id DESC`,
          person,
        )?.incident_id,
      ),
    }),
    outbox: () => db.all(`SELECT * FROM messages WHERE status IN ('queued', 'sending') ORDER BY id`).map(toOutbound),
    markSending: (messageId) => {
      db.run(`UPDATE messages SET status = 'sending', attempts = attempts + 1 WHERE id = ?`, messageId)
    },
    markSent: (messageId, sid) =>
      log.durably(() => {
        db.run(`UPDATE messages SET status = 'sent', uncertain = 0, sid = ? WHERE id = ?`, sid, messageId)
        const incidentId = incidentOf(messageId)
        if (incidentId) log.record(incidentId, { kind: 'message_sent', message_id: messageId, sid })
      }),
    markFailed: (messageId, { code, message, final, uncertain }) =>
      log.durably(() => {
        db.run('UPDATE messages SET status = ?, uncertain = ? WHERE id = ?', final ? 'failed' : 'queued', uncertain ? 1 : 0, messageId)
        const incidentId = incidentOf(messageId)
        if (incidentId) log.record(incidentId, { kind: 'message_failed', message_id: messageId, code, message, final })
      }),
  }

  /** Part of a larger transaction. */
  function queue(incidentId: string | null, to: string, body: string): void {
    const id = db.run(
      `INSERT INTO messages (incident_id, direction, person, body, status, created_at) VALUES (?, 'out', ?, ?, 'queued', ?)`,
      incidentId,
      to,
      body,
      now().toISOString(),
    )
    if (incidentId !== null) log.record(incidentId, { kind: 'message_queued', message_id: id, to, body })
  }

  return { methods, queue, incidentOf }
}

const text = (value: Row[string] | undefined) => (typeof value === 'string' ? value : undefined)

function toInbound(row: Row): InboundMessage {
  return {
    id: Number(row.id),
    from: String(row.person),
    body: String(row.body),
    incidentId: text(row.incident_id) ?? null,
    begun: row.status === 'begun',
  }
}

/** A row left `sending` by a crash may have gone out. */
function toOutbound(row: Row): OutboundMessage {
  return {
    id: Number(row.id),
    incidentId: text(row.incident_id) ?? null,
    to: String(row.person),
    body: String(row.body),
    createdAt: String(row.created_at),
    attempts: Number(row.attempts),
    uncertain: row.uncertain === 1 || row.status === 'sending',
  }
}
