import type { NewEvent, NewMessage, OutboundMessage, Outbox } from '../ports.ts'
import type { EventLog } from './event-log.ts'
import type { RowsOptions } from './rows.ts'
import { optionalText, type Row, type Sql, type Words } from './sql.ts'

const UNSETTLED = `('pending', 'sending', 'unknown')`

const IS_FIRST = `NOT EXISTS (
       SELECT 1 FROM messages AS earlier
        WHERE earlier.state IN ${UNSETTLED} AND earlier.id < message.id
          AND earlier.person = message.person AND earlier.incident_id IS NOT DISTINCT FROM message.incident_id)`

/** Not before it may be tried, nor while somebody else has it: as the index has it, so that what is claimed is passed over. */
const dueAt = (words: Words) => words.later('next_attempt_at', `coalesce(claimed_until, '')`)

const due = (words: Words) => `
  SELECT * FROM messages AS message WHERE state IN ${UNSETTLED} AND ${dueAt(words)} <= ?1 AND ${IS_FIRST}
   ORDER BY ${dueAt(words)}, id LIMIT ?2`

const nextDue = (words: Words) =>
  `SELECT ${dueAt(words)} AS at FROM messages AS message WHERE state IN ${UNSETTLED} AND ${IS_FIRST} ORDER BY ${dueAt(words)} LIMIT 1`

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
export function createOutboxRows(sql: Sql, log: EventLog, { now, holder }: Pick<RowsOptions, 'now' | 'holder'>): Outbox {
  const record = async (messageId: number, event: NewEvent) => {
    const incidentId = optionalText((await sql.get('SELECT incident_id FROM messages WHERE id = ?', messageId))?.incident_id)
    if (incidentId) await log.record(incidentId, event)
  }
  const readOnce = async ({ id, read_at }: Row) => {
    if (read_at !== null) return false
    await sql.run('UPDATE messages SET read_at = ? WHERE id = ?', now().toISOString(), Number(id))
    await record(Number(id), { kind: 'message_read', message_id: Number(id) })
    return true
  }
  const sent = (vendorId: string) => sql.get(`SELECT * FROM messages WHERE vendor_id = ? AND direction = 'out'`, vendorId)

  return {
    queue: (message) => queue(sql, log, message, now()),
    async claimDue(at, { limit = 100, leaseMs = 60_000 } = {}) {
      const rows = await sql.all(due(sql.words), at.toISOString(), limit)
      const until = new Date(at.getTime() + leaseMs).toISOString()
      for (const { id } of rows) {
        // Its attempt has begun and its claim has lapsed: nobody knows how that ended.
        await sql.run(
          `UPDATE messages SET claimed_until = ?, claimed_by = ?, state = CASE state WHEN 'sending' THEN 'unknown' ELSE state END WHERE id = ?`,
          until,
          holder(),
          Number(id),
        )
      }
      return rows.map((row) => toOutbound({ ...row, state: row.state === 'sending' ? 'unknown' : String(row.state) }))
    },
    async release(messageIds) {
      for (const id of messageIds) await sql.run(`UPDATE messages SET claimed_until = NULL WHERE id = ? AND state IN ${UNSETTLED}`, id)
    },
    async nextDue() {
      const at = (await sql.get(nextDue(sql.words)))?.at
      return at === null || at === undefined ? undefined : new Date(String(at))
    },
    async markSending(messageId) {
      await sql.run(`UPDATE messages SET state = 'sending', attempts = attempts + 1 WHERE id = ?`, messageId)
    },
    async markAccepted(messageId, vendorId, form) {
      await sql.run(
        `UPDATE messages SET state = 'accepted', vendor_id = ?, next_attempt_at = NULL, claimed_until = NULL WHERE id = ?`,
        vendorId,
        messageId,
      )
      await record(messageId, { kind: 'message_sent', message_id: messageId, vendor_id: vendorId, ...(form && { form }) })
    },
    async markFailed(messageId, { code, message, nextAttemptAt, uncertain }) {
      const final = nextAttemptAt === null
      await sql.run(
        'UPDATE messages SET state = ?, next_attempt_at = ?, claimed_until = NULL WHERE id = ?',
        final ? 'failed' : uncertain ? 'unknown' : 'pending',
        nextAttemptAt?.toISOString() ?? null,
        messageId,
      )
      await record(messageId, { kind: 'message_failed', message_id: messageId, code, message, final })
    },
    async markDelivery(vendorId, report) {
      const row = await sent(vendorId)
      if (report.state === 'read' && row?.state === 'delivered') return readOnce(row)
      if (row?.state !== 'accepted') return false
      const id = Number(row.id)
      const settle = (state: OutboundMessage['state'], nextAttemptAt: Date | null = null) =>
        sql.run('UPDATE messages SET state = ?, next_attempt_at = ? WHERE id = ?', state, nextAttemptAt?.toISOString() ?? null, id)
      if (report.state !== 'undelivered') {
        await settle('delivered')
        await record(id, { kind: 'message_delivered', message_id: id })
        return report.state === 'delivered' || readOnce(row)
      }
      const { code, message, nextAttemptAt } = report
      await settle(nextAttemptAt ? 'pending' : 'undelivered', nextAttemptAt)
      if (nextAttemptAt) await record(id, { kind: 'message_failed', message_id: id, code, message, final: false })
      else await record(id, { kind: 'message_undelivered', message_id: id, code, reason: message })
      return true
    },
    async unreported(since) {
      const accepted = `SELECT * FROM messages WHERE direction = 'out' AND state = 'accepted' AND created_at >= ? ORDER BY id`
      return (await sql.all(accepted, since.toISOString())).map(toOutbound)
    },
    unpaged: async () => (await sql.all(UNPAGED)).map(({ id }) => String(id)),
    async countPages(to, since) {
      const row = await sql.get(
        `SELECT count(*) AS count FROM messages WHERE person = ? AND direction = 'out' AND kind = 'page' AND created_at >= ?`,
        to,
        since.toISOString(),
      )
      return Number(row?.count)
    },
    async retryPages(incidentId) {
      const before = await sql.all(
        `SELECT id FROM messages WHERE incident_id = ? AND kind = 'page' AND state IN ('accepted', 'delivered')`,
        incidentId,
      )
      if (before.length > 0) return 0
      return (await sql.all(RETRY_PAGES, incidentId, now().toISOString())).length
    },
    async list(states, limit = 1_000) {
      const rows = await sql.all(
        `SELECT * FROM messages WHERE direction = 'out' AND state IN (${sql.words.texts('?')}) ORDER BY id LIMIT ?`,
        JSON.stringify(states),
        limit,
      )
      return rows.map(toOutbound)
    },
    async lastIncidentOf(person) {
      const row = await sql.get(
        `SELECT incident_id FROM messages WHERE person = ? AND direction = 'out' AND incident_id IS NOT NULL ORDER BY id DESC LIMIT 1`,
        person,
      )
      return optionalText(row?.incident_id)
    },
    incidentOf: async (vendorId) => optionalText((await sent(vendorId))?.incident_id),
    async findSent(vendorId) {
      const row = await sent(vendorId)
      return row && toOutbound(row)
    },
  }
}

/** What a process that ended was sending may have gone out; all else that it had claimed is due again. */
export const RELEASE_ALL = `UPDATE messages SET claimed_until = NULL, state = CASE state WHEN 'sending' THEN 'unknown' ELSE state END WHERE state IN ${UNSETTLED}`

async function queue(sql: Sql, log: EventLog, { incidentId, to, body, kind, key, hidden }: NewMessage, now: Date): Promise<number> {
  const known = key === undefined ? undefined : await sql.get('SELECT id FROM messages WHERE key = ?', key)
  if (known) return Number(known.id)
  const at = now.toISOString()
  const id = await sql.insert(
    `INSERT INTO messages (incident_id, direction, kind, person, body, state, key, created_at, next_attempt_at)
     VALUES (?, 'out', ?, ?, ?, 'pending', ?, ?, ?)`,
    'id',
    incidentId,
    kind,
    to,
    body,
    key ?? null,
    at,
    at,
  )
  const shown = hidden === undefined ? body : body.replaceAll(hidden, '•'.repeat(hidden.length))
  if (incidentId !== null) await log.record(incidentId, { kind: 'message_queued', message_id: id, to, body: shown, message_kind: kind })
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
