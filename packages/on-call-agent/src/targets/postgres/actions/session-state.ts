import type { Look } from '../client.ts'
import { number, text } from '../database-tool.ts'
import { clientOf } from '../sessions.ts'

/** One session and no other, also when its pid is used again. */
export interface SessionMark {
  pid: number
  began: string
}

/** One session as actions judge it. */
export interface SessionState {
  user: string
  application: string
  client: string
  kind: string
  state: string
  /** When its present or last statement began. */
  statementBegan: string
  /** It waits for a lock. */
  waits: boolean
  /** Sessions that wait for a lock which it holds or has asked for before them. */
  blocks: number
  /** Sessions of the same client, and those that ordinary roles can still open. */
  siblings: number
  free: number
}

const STATE = `
  WITH it AS (SELECT * FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2),
       waiting AS (SELECT pid, pg_blocking_pids(pid) AS blockers FROM pg_stat_activity WHERE wait_event_type = 'Lock'),
       clients AS (SELECT * FROM pg_stat_activity WHERE backend_type = 'client backend')
  SELECT usename AS "user", application_name AS application, coalesce(host(client_addr), 'local') AS client, backend_type AS kind,
         coalesce(state, 'unknown') AS state, coalesce(query_start::text, '') AS statement_began, coalesce(wait_event_type = 'Lock', false) AS waits,
         (SELECT count(*) FROM waiting WHERE it.pid = ANY (blockers)) AS blocks,
         (SELECT count(*) FROM clients c WHERE (c.usename, c.application_name) = (it.usename, it.application_name)) AS siblings,
         (SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true), '0')::int - count(*) FROM clients WHERE pid <> pg_backend_pid()) AS free
    FROM it`

/** The session as it is now; undefined when it is over. */
export async function readSession(look: Look, { pid, began }: SessionMark): Promise<SessionState | undefined> {
  const [row] = await look.query(STATE, [pid, began])
  if (!row) return undefined
  return {
    ...clientOf(row),
    kind: text(row.kind),
    state: text(row.state),
    statementBegan: text(row.statement_began),
    waits: row.waits === true,
    blocks: number(row.blocks),
    siblings: number(row.siblings),
    free: Math.max(0, number(row.free)),
  }
}

/** `stock-import (shop at 127.0.0.1)`. */
export function describeSession({ application, user, client }: SessionState): string {
  return `${application || 'a session'} (${user} at ${client})`
}
