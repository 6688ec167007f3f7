import type { NewEvent, NewMessage, OutboundMessage, Outbox } from '../ports.ts'
import type { Synchronous } from './async-ports.ts'
import { type Database, optionalText, type Row } from './database.ts'
import type { EventLog } from './event-log.ts'

const UNSETTLED = `('pending', 'sending', 'unknown')`

const IS_FIRST = `NOT EXISTS (
       SELECT 1 FROM messages AS earlier
        WHERE earlier.state IN ${UNSETTLED} AND earlier.id < message.id
          AND earlier.person = message.person AND earlier.incident_id IS message.incident_id)`

/** Not before it may be tried, nor while somebody else has it: as the index has it, so that what is claimed is passed over. */
const DUE_AT = `max(next_attempt_at, coalesce(claimed_until, ''))`

const DUE = `
  SELECT * FROM messages AS message WHERE state IN ${UNSETTLED} AND ${DUE_AT} <= ?1 AND ${IS_FIRST} ORDER BY ${DUE_AT}, id LIMIT ?2`

const NEXT_DUE = `SELECT ${DUE_AT} AS at FROM messages AS message WHERE state IN ${UNSETTLED} AND ${IS_FIRST} ORDER BY ${DUE_AT} LIMIT 1`

/** The inner conditions are those of the partial index: its few rows are read, not all incidents. */
const UNPAGED = `
  SELECT id FROM incidents
   WHERE resolved_at IS NULL
     AND id IN (SELECT incident_id FROM messages
                 WHERE direction = 'out' AND kind = 'page' AND state NOT IN ('accepted', 'delivered') AND (attempts > 0 OR state = 'failed'))
     AND NOT EXISTS (SELECT 1 FROM messages WHERE incident_id = incidents.id AND direction = 'out' AND kind = 'page'
                        AND (state IN ('accepted', 'delivered') OR (attempts = 0 AND state <> 'failed')))
   ORDER BY number`

/** An attempt that is under way, or of which nobody knows the end, is left alone. */
const RETRY_PAGES = `
  UPDATE messages SET state = 'pending', next_attempt_at = ?2, claimed_until = NULL
   WHERE incident_id = ?1 AND direction = 'out' AND kind = 'page' AND state IN ('failed', 'undelivered', 'pending') AND claimed_until IS NULL
  RETURNING id`

/** Messages to people, in the table of all messages; `state` is null in no row. */
export function createOutboxRows(db: Database, log: EventLog, now: () => Date): Synchronous<Outbox> & { releaseAll(): void } {
  const incidentOfMessage = (id: number) => optionalText(db.get('SELECT incident_id FROM messages WHERE id = ?', id)?.incident_id)
  const record = (messageId: number, event: NewEvent) => {
    const incidentId = incidentOfMessage(messageId)
    if (incidentId) log.record(incidentId, event)
  }
  const sent = (vendorId: string) => db.get(`SELECT * FROM messages WHERE vendor_id = ? AND direction = 'out'`, vendorId)

  return {
    queue: (message) => queue(db, log, message, now()),
    claimDue(at, { limit = 100, leaseMs = 60_000 } = {}) {
      const due = db.all(DUE, at.toISOString(), limit)
      const until = new Date(at.getTime() + leaseMs).toISOString()
      for (const { id } of due) {
        // Its attempt has begun and its claim has lapsed: nobody knows how that ended.
        db.run(
          `UPDATE messages SET claimed_until = ?, state = CASE state WHEN 'sending' THEN 'unknown' ELSE state END WHERE id = ?`,
          until,
          Number(id),
        )
      }
      return due.map((row) => toOutbound({ ...row, state: row.state === 'sending' ? 'unknown' : String(row.state) }))
    },
    release(messageIds) {
      for (const id of messageIds) db.run(`UPDATE messages SET claimed_until = NULL WHERE id = ? AND state IN ${UNSETTLED}`, id)
    },
    nextDue() {
      const at = db.get(NEXT_DUE)?.at
      return at === null || at === undefined ? undefined : new Date(String(at))
    },
    markSending(messageId) {
      db.run(`UPDATE messages SET state = 'sending', attempts = attempts + 1 WHERE id = ?`, messageId)
    },
    markAccepted(messageId, vendorId, form) {
      db.run(
        `UPDATE messages SET state = 'accepted', vendor_id = ?, next_attempt_at = NULL, claimed_until = NULL WHERE id = ?`,
        vendorId,
        messageId,
      )
      record(messageId, { kind: 'message_sent', message_id: messageId, vendor_id: vendorId, ...(form && { form }) })
    },
    markFailed(messageId, { code, message, nextAttemptAt, uncertain }) {
      const final = nextAttemptAt === null
      db.run(
        'UPDATE messages SET state = ?, next_attempt_at = ?, claimed_until = NULL WHERE id = ?',
        final ? 'failed' : uncertain ? 'unknown' : 'pending',
        nextAttemptAt?.toISOString() ?? null,
        messageId,
      )
      record(messageId, { kind: 'message_failed', message_id: messageId, code, message, final })
    },
    markDelivery(vendorId, report) {
      const row = sent(vendorId)
      if (row?.state !== 'accepted') return false
      const id = Number(row.id)
      const again = report.state === 'undelivered' ? report.nextAttemptAt : null
      db.run(
        'UPDATE messages SET state = ?, next_attempt_at = ? WHERE id = ?',
        again ? 'pending' : report.state,
        again?.toISOString() ?? null,
        id,
      )
      if (report.state === 'delivered') record(id, { kind: 'message_delivered', message_id: id })
      else if (again) record(id, { kind: 'message_failed', message_id: id, code: report.code, message: report.message, final: false })
      else record(id, { kind: 'message_undelivered', message_id: id, code: report.code, reason: report.message })
      return true
    },
    unreported: (since) =>
      db
        .all(`SELECT * FROM messages WHERE direction = 'out' AND state = 'accepted' AND created_at >= ? ORDER BY id`, since.toISOString())
        .map(toOutbound),
    unpaged: () => db.all(UNPAGED).map(({ id }) => String(id)),
    countPages: (to, since) =>
      Number(
        db.get(
          `SELECT count(*) AS count FROM messages WHERE person = ? AND direction = 'out' AND kind = 'page' AND created_at >= ?`,
          to,
          since.toISOString(),
        )?.count,
      ),
    retryPages(incidentId) {
      const before = db.all(
        `SELECT id FROM messages WHERE incident_id = ? AND kind = 'page' AND state IN ('accepted', 'delivered')`,
        incidentId,
      )
      if (before.length > 0) return 0
      return db.all(RETRY_PAGES, incidentId, now().toISOString()).length
    },
    list: (states, limit = 1_000) =>
      db
        .all(
          `SELECT * FROM messages WHERE direction = 'out' AND state IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?`,
          JSON.stringify(states),
          limit,
        )
        .map(toOutbound),
    lastIncidentOf: (person) =>
      optionalText(
        db.get(
          `SELECT incident_id FROM messages WHERE person = ? AND direction = 'out' AND incident_id IS NOT NULL ORDER BY id DESC LIMIT 1`,
          person,
        )?.incident_id,
      ),
    incidentOf: (vendorId) => optionalText(sent(vendorId)?.incident_id),
    findSent(vendorId) {
      const row = sent(vendorId)
      return row && toOutbound(row)
    },
    releaseAll() {
      db.run(
        `UPDATE messages SET claimed_until = NULL, state = CASE state WHEN 'sending' THEN 'unknown' ELSE state END WHERE state IN ${UNSETTLED}`,
      )
    },
  }
}

function queue(db: Database, log: EventLog, { incidentId, to, body, kind, key, secret }: NewMessage, now: Date): number {
  const known = key === undefined ? undefined : db.get('SELECT id FROM messages WHERE key = ?', key)
  if (known) return Number(known.id)
  const at = now.toISOString()
  const id = db.run(
    `INSERT INTO messages (incident_id, direction, kind, person, body, state, key, created_at, next_attempt_at)
     VALUES (?, 'out', ?, ?, ?, 'pending', ?, ?, ?)`,
    incidentId,
    kind,
    to,
    body,
    key ?? null,
    at,
    at,
  )
  const shown = secret === undefined ? body : body.replaceAll(secret, '•'.repeat(secret.length))
  if (incidentId !== null) log.record(incidentId, { kind: 'message_queued', message_id: id, to, body: shown, message_kind: kind })
  return id
}

function toOutbound(row: Row): OutboundMessage {
  const state = String(row.state) as OutboundMessage['state'] // Only written by this file, from the same union.
  return {
    id: Number(row.id),
    incidentId: optionalText(row.incident_id) ?? null,
    recipient: String(row.person),
    kind: String(row.kind) as OutboundMessage['kind'], // Likewise.
    body: String(row.body),
    state,
    createdAt: String(row.created_at),
    attempts: Number(row.attempts),
    uncertain: state === 'unknown',
    vendorId: optionalText(row.vendor_id) ?? null,
    nextAttemptAt: optionalText(row.next_attempt_at) ?? null,
  }
}
