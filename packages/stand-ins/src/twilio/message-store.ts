import { randomUUID } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Message } from './message.ts'

/** Which messages a list call wants; times are milliseconds since 1970 and compare with the creation time. */
export interface MessageFilter {
  to?: string | undefined
  from?: string | undefined
  sinceMs?: number | undefined
  untilMs?: number | undefined
}

/** Messages and the people who wrote, in the stand-ins' database. */
export interface MessageStore {
  /** Stores a message under a new SID; one that came from a person opens or extends that person's 24-hour window. */
  add(message: Omit<Message, 'sid'>): Message
  get(sid: string): Message | undefined
  /** Newest first; `before` is the SID of the message that the page follows. */
  list(filter: MessageFilter, page: { limit: number; before?: string | undefined }): Message[]
  /** When that person last wrote, in milliseconds since 1970; undefined for somebody who never did. */
  lastInboundMs(address: string): number | undefined
}

/** Remembers that a person wrote (or joined) at that time. */
export function recordInbound(db: DatabaseSync, address: string, atMs: number): void {
  db.prepare('INSERT INTO contacts VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET last_inbound_ms = excluded.last_inbound_ms').run(
    address,
    atMs,
  )
}

const COLUMNS = 'sid, direction, from_address, to_address, body, created_ms, error_code, replied_to'

/** The store on an open database, see database.ts. */
export function createMessageStore(db: DatabaseSync): MessageStore {
  const insert = db.prepare(`INSERT INTO messages (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const bySid = db.prepare(`SELECT ${COLUMNS} FROM messages WHERE sid = ?`)
  const inboundOf = db.prepare('SELECT last_inbound_ms FROM contacts WHERE address = ?')
  const select = db.prepare(`SELECT ${COLUMNS} FROM messages
    WHERE (:to IS NULL OR to_address = :to) AND (:from IS NULL OR from_address = :from)
      AND created_ms >= :since AND created_ms <= :until
      AND (:before IS NULL OR seq < (SELECT seq FROM messages WHERE sid = :before))
    ORDER BY seq DESC LIMIT :limit`)

  return {
    add(message) {
      const sid = `SM${randomUUID().replaceAll('-', '')}`
      const { direction, from, to, body, createdMs, errorCode, repliedTo } = message
      insert.run(sid, direction, from, to, body, createdMs, errorCode, repliedTo)
      if (direction === 'inbound') recordInbound(db, from, createdMs)
      return { ...message, sid }
    },
    get(sid) {
      const row = bySid.get(sid)
      return row && messageOf(row)
    },
    list: ({ to, from, sinceMs, untilMs }, { limit, before }) =>
      select
        .all({
          to: to ?? null,
          from: from ?? null,
          since: sinceMs ?? 0,
          until: untilMs ?? Number.MAX_SAFE_INTEGER,
          before: before ?? null,
          limit,
        })
        .map(messageOf),
    lastInboundMs(address) {
      const row = inboundOf.get(address)
      return row && Number(row.last_inbound_ms)
    },
  }
}

function messageOf(row: Record<string, SQLOutputValue>): Message {
  return {
    sid: String(row.sid),
    direction: row.direction as Message['direction'], // Only `add` writes this column.
    from: String(row.from_address),
    to: String(row.to_address),
    body: String(row.body),
    createdMs: Number(row.created_ms),
    errorCode: row.error_code === null ? null : Number(row.error_code),
    repliedTo: row.replied_to === null ? null : String(row.replied_to),
  }
}
