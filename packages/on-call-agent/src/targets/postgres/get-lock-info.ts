import { covering } from '../../coverage.ts'
import { LockInfoResult } from '../../database-functions.ts'
import type { DatabaseClient, Row } from './client.ts'
import { databaseTool, number, seconds, text } from './database-tool.ts'
import { maskLiterals } from './mask-literals.ts'
import { clientOf } from './sessions.ts'

const MOST_ROOTS = 3
const MOST_WAITS = 10
const MOST_HELD = 5

/** Everybody who waits for a lock, and everybody who is waited for. */
const GRAPH = `
  WITH waiting AS (SELECT pid, pg_blocking_pids(pid) AS blockers FROM pg_stat_activity WHERE wait_event_type = 'Lock'),
       involved AS (SELECT pid FROM waiting UNION SELECT unnest(blockers) FROM waiting)
  SELECT a.pid, a.backend_start::text AS began, a.usename AS "user", a.application_name AS application, coalesce(host(a.client_addr), 'local') AS client, coalesce(a.state, 'unknown') AS state,
         extract(epoch FROM now() - a.xact_start) AS transaction_seconds, extract(epoch FROM now() - a.state_change) AS state_seconds,
         extract(epoch FROM now() - a.query_start) AS statement_seconds, left(a.query, 4000) AS query, coalesce(w.blockers, '{}') AS blockers,
         (SELECT l.mode || ' on ' || coalesce(l.relation::regclass::text, l.locktype) FROM pg_locks l WHERE l.pid = a.pid AND NOT l.granted LIMIT 1) AS wanted,
         (SELECT array_agg(DISTINCT l.mode || ' on ' || l.relation::regclass::text) FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.relation IS NOT NULL
            AND l.mode <> 'AccessShareLock') AS holds
    FROM involved JOIN pg_stat_activity a USING (pid) LEFT JOIN waiting w USING (pid)`

/** `get_lock_info`: the wait graph with its roots: who holds what others wait for, and waits for nobody. */
export function getLockInfo(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'get_lock_info',
    description:
      'Who waits for locks in the database, and the roots of the wait graph: the sessions that hold what others wait for and wait for nobody, with state, age, what they hold and their last statement (literals masked).',
    parameters: {},
    result: LockInfoResult,
    async look(look, _args, database) {
      const rows = await look.query(GRAPH)
      // Those that others wait behind are never left out.
      const waiting = rows.filter((row) => blockersOf(row).length > 0).sort((a, b) => blockedBy(rows, b) - blockedBy(rows, a))
      const roots = rows.filter((row) => blockersOf(row).length === 0).sort((a, b) => blockedBy(rows, b) - blockedBy(rows, a))
      return {
        ...covering(null, Math.max(0, roots.length - MOST_ROOTS) + Math.max(0, waiting.length - MOST_WAITS)),
        database,
        waiting: waiting.length,
        roots: roots.slice(0, MOST_ROOTS).map((row) => ({
          pid: number(row.pid),
          began: text(row.began),
          ...clientOf(row),
          state: text(row.state),
          transaction_seconds: seconds(row.transaction_seconds),
          state_seconds: seconds(row.state_seconds),
          statement: maskLiterals(text(row.query)),
          blocks: blockedBy(rows, row),
          holds: (Array.isArray(row.holds) ? row.holds : []).slice(0, MOST_HELD).map(text),
        })),
        waits: waiting.slice(0, MOST_WAITS).map((row) => ({
          pid: number(row.pid),
          began: text(row.began),
          application: clientOf(row).application,
          waits_for_pids: blockersOf(row).slice(0, 5),
          seconds: seconds(row.statement_seconds),
          lock: text(row.wanted),
          statement: maskLiterals(text(row.query)).slice(0, 120),
        })),
      }
    },
    summarise({ waiting, roots: [root] }) {
      if (waiting === 0) return 'Nobody waits for a lock.'
      if (!root) return `${waiting} sessions wait for locks, in a circle.`
      return `${waiting} sessions wait for locks; pid ${root.pid} (${root.application || root.user}, ${root.state}) is the root and blocks ${root.blocks}.`
    },
  })
}

const blockersOf = ({ blockers }: Row): number[] => (Array.isArray(blockers) ? blockers.map(Number) : [])

/** Everybody who waits for this session, directly or behind others. */
function blockedBy(rows: Row[], root: Row): number {
  const reached = new Set<number>()
  const front = [number(root.pid)]
  for (let pid = front.pop(); pid !== undefined; pid = front.pop())
    for (const row of rows) {
      const waiter = number(row.pid)
      if (!blockersOf(row).includes(pid) || reached.has(waiter)) continue
      reached.add(waiter)
      front.push(waiter)
    }
  return reached.size
}
