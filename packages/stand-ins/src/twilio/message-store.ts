import { randomUUID } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Media, Message, MessageDetail } from './message.ts'

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
  add(message: Omit<Message, 'sid' | 'more'> & { more?: MessageDetail }): Message
  get(sid: string): Message | undefined
  /** Writes a message's text and its details anew. */
  update(message: Message): void
  remove(sid: string): void
  /** Newest first; `before` is the SID of the message that the page follows. */
  list(filter: MessageFilter, page: { limit: number; before?: string | undefined }): Message[]
  /** When that person last wrote, in milliseconds since 1970; undefined for somebody who never did. */
  lastInboundMs(address: string): number | undefined
  /** When that person last joined the sandbox. */
  joinedMs(address: string): number | undefined
  join(address: string, atMs: number): void
}

/** Remembers that a person wrote (or joined) at that time. */
export function recordInbound(db: DatabaseSync, address: string, atMs: number): void {
  db.prepare(
    'INSERT INTO contacts (address, last_inbound_ms) VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET last_inbound_ms = excluded.last_inbound_ms',
  ).run(address, atMs)
}

const COLUMNS = 'sid, direction, from_address, to_address, body, created_ms, error_code, replied_to, more'

const newSid = (prefix: string) => `${prefix}${randomUUID().replaceAll('-', '')}`

/** A media item under a new SID. */
export function newMedia(contentType: string, data: string): Media {
  return { sid: newSid('ME'), contentType, data }
}

/** The store on an open database, see database.ts. */
export function createMessageStore(db: DatabaseSync): MessageStore {
  const insert = db.prepare(`INSERT INTO messages (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const bySid = db.prepare(`SELECT ${COLUMNS} FROM messages WHERE sid = ?`)
  const rewrite = db.prepare('UPDATE messages SET body = ?, more = ? WHERE sid = ?')
  const remove = db.prepare('DELETE FROM messages WHERE sid = ?')
  const contactOf = db.prepare('SELECT last_inbound_ms, joined_ms FROM contacts WHERE address = ?')
  const join = db.prepare('UPDATE contacts SET joined_ms = ? WHERE address = ?')
  const select = db.prepare(`SELECT ${COLUMNS} FROM messages
    WHERE (:to IS NULL OR to_address = :to) AND (:from IS NULL OR from_address = :from)
      AND created_ms >= :since AND created_ms <= :until
      AND (:before IS NULL OR seq < (SELECT seq FROM messages WHERE sid = :before))
    ORDER BY seq DESC LIMIT :limit`)

  return {
    add(message) {
      const { direction, from, to, body, createdMs, errorCode, repliedTo, more = {} } = message
      const sid = newSid(more.media?.length ? 'MM' : 'SM')
      insert.run(sid, direction, from, to, body, createdMs, errorCode, repliedTo, JSON.stringify(more))
      if (direction === 'inbound') recordInbound(db, from, createdMs)
      return { ...message, more, sid }
    },
    get(sid) {
      const row = bySid.get(sid)
      return row && messageOf(row)
    },
    update: ({ sid, body, more }) => void rewrite.run(body, JSON.stringify(more), sid),
    remove: (sid) => void remove.run(sid),
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
    lastInboundMs: (address) => timeOf(contactOf.get(address)?.last_inbound_ms),
    joinedMs: (address) => timeOf(contactOf.get(address)?.joined_ms),
    join(address, atMs) {
      recordInbound(db, address, atMs)
      join.run(atMs, address)
    },
  }
}

function timeOf(value: SQLOutputValue | undefined): number | undefined {
  return value === undefined || value === null ? undefined : Number(value)
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
    more: JSON.parse(String(row.more)) as MessageDetail, // Only this file writes it.
  }
}
