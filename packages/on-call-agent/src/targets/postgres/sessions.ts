import { covering } from '../../coverage.ts'
import { ActiveConnectionsResult, ConnectionStatsResult } from '../../database-functions.ts'
import type { DatabaseClient } from './client.ts'
import { databaseTool, number, seconds, text } from './database-tool.ts'
import { maskLiterals } from './mask-literals.ts'

const MOST_GROUPS = 12
const LONGEST = 5

/** Clients' sessions but the agent's own. */
const SESSIONS = `pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`
const CLIENT = `coalesce(host(client_addr), 'local')`

/** `get_active_connections`: who is connected and does what, for how long. */
export function getActiveConnections(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'get_active_connections',
    description:
      "The database's sessions by user, application, client and state, with the age of each state and what they wait for, and those that run longest with their statement (literals masked).",
    parameters: {},
    result: ActiveConnectionsResult,
    async look(look, _args, database) {
      const groups = await look.query(
        `SELECT usename AS "user", application_name AS application, ${CLIENT} AS client, coalesce(state, 'unknown') AS state, count(*) AS sessions,
                max(extract(epoch FROM now() - state_change)) AS longest, count(*) FILTER (WHERE state_change < now() - interval '2 s') AS quiet,
                mode() WITHIN GROUP (ORDER BY wait_event_type || ': ' || wait_event) FILTER (WHERE state = 'active') AS waits
           FROM ${SESSIONS} GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4`,
      )
      const longest = await look.query(
        `SELECT pid, usename AS "user", application_name AS application, ${CLIENT} AS client, coalesce(state, 'unknown') AS state,
                CASE WHEN state = 'active' THEN extract(epoch FROM now() - query_start) END AS statement_seconds,
                extract(epoch FROM now() - xact_start) AS transaction_seconds,
                CASE WHEN wait_event_type <> 'Client' OR state = 'active' THEN wait_event_type || ': ' || wait_event END AS waits, left(query, 4000) AS query
           FROM ${SESSIONS} AND xact_start IS NOT NULL ORDER BY xact_start LIMIT ${LONGEST}`,
      )
      return {
        ...covering(null, Math.max(0, groups.length - MOST_GROUPS)),
        database,
        sessions: groups.reduce((sum, { sessions }) => sum + number(sessions), 0),
        groups: groups.slice(0, MOST_GROUPS).map((row) => ({
          ...clientOf(row),
          state: text(row.state),
          sessions: number(row.sessions),
          longest_seconds: seconds(row.longest),
          waits_for: text(row.waits) || null,
          quiet: number(row.quiet),
        })),
        longest: longest.map((row) => ({
          pid: number(row.pid),
          ...clientOf(row),
          state: text(row.state),
          statement_seconds: seconds(row.statement_seconds),
          transaction_seconds: seconds(row.transaction_seconds),
          waits_for: text(row.waits) || null,
          statement: maskLiterals(text(row.query)),
        })),
      }
    },
    summarise({ sessions, groups }) {
      const [top] = groups
      return top
        ? `${sessions} sessions; most of them (${top.sessions}) of ${top.application || top.user}, ${top.state}.`
        : 'Nobody is connected to the database.'
    },
  })
}

/** `get_connection_stats`: how many slots there are, who holds them, and how many are free. */
export function getConnectionStats(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'get_connection_stats',
    description: "The database's connection slots: how many there are, reserved, used and free for ordinary roles, and who holds them.",
    parameters: {},
    result: ConnectionStatsResult,
    async look(look, _args, database) {
      const [limits] = await look.query(
        `SELECT current_setting('max_connections')::int AS most,
                current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved`,
      )
      const states = await look.query(
        `SELECT coalesce(state, 'unknown') AS state, count(*) AS sessions FROM ${SESSIONS} GROUP BY 1 ORDER BY 2 DESC, 1`,
      )
      const clients = await look.query(
        `SELECT usename AS "user", application_name AS application, ${CLIENT} AS client, count(*) AS sessions, count(*) FILTER (WHERE state LIKE 'idle%') AS idle,
                (array_agg(pid ORDER BY backend_start, pid))[1] AS pid, min(backend_start)::text AS began
           FROM ${SESSIONS} GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3`,
      )
      const used = states.reduce((sum, { sessions }) => sum + number(sessions), 0)
      const [most, reserved] = [number(limits?.most), number(limits?.reserved)]
      return {
        ...covering(null, Math.max(0, clients.length - MOST_GROUPS)),
        database,
        max_connections: most,
        reserved,
        used,
        free: Math.max(0, most - reserved - used),
        by_state: states.map((row) => ({ state: text(row.state), sessions: number(row.sessions) })),
        by_client: clients.slice(0, MOST_GROUPS).map((row) => ({
          ...clientOf(row),
          sessions: number(row.sessions),
          idle: number(row.idle),
          oldest: { pid: number(row.pid), began: text(row.began) },
        })),
      }
    },
    summarise({ used, max_connections, reserved, free, by_client: [top] }) {
      const who = top ? ` ${top.application || top.user} holds ${top.sessions} of them (${top.idle} idle).` : ''
      return `${used} of ${max_connections} slots are used (${reserved} reserved), ${free} are free.${who}`
    },
  })
}

/** What somebody calls himself is somebody's text. */
export function clientOf(row: Record<string, unknown>) {
  return { user: text(row.user), application: text(row.application).slice(0, 60), client: text(row.client) }
}
