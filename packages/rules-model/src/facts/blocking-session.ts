import { ConnectionStatsResult, LockInfoResult } from '@oncall-lab/on-call-agent/database-functions'
import type { Facts } from './facts.ts'

/** A session that could be ended, with the mark by which it is named for good. */
export interface NamedSession {
  pid: number
  began: string
  application: string
}

/** Who asks for a table alone: everybody who comes later waits behind it, though the table is free for them. */
const ALONE = /^AccessExclusiveLock\b/

/**
 * Who is to blame for the locks that are waited for: a statement that waits for a table alone and has others behind it, which can be cancelled; else the root with
 * the most waiters. Undefined where nobody waits, or the functions give no mark.
 */
export function blockingSession(facts: Pick<Facts, 'result'>): ({ kind: 'statement' | 'session' } & NamedSession) | undefined {
  const reading = facts.result(LockInfoResult, { tool: 'get_lock_info', args: {} })
  if (reading.kind !== 'seen') return undefined
  const queued = queuedStatement(reading.value)
  if (queued) return marked('statement', queued)
  const [root] = reading.value.roots
  return root && marked('session', root)
}

/** The statement that waits for a table alone and has most others behind it. */
export function queuedStatement({ waits }: Pick<LockInfoResult, 'waits'>): LockInfoResult['waits'][number] | undefined {
  const behind = (pid: number) => waits.filter(({ waits_for_pids }) => waits_for_pids.includes(pid)).length
  return waits.filter(({ lock, pid }) => ALONE.test(lock) && behind(pid) > 0).sort((a, b) => behind(b.pid) - behind(a.pid))[0]
}

/** One of the sessions of the client that has taken most slots. */
export function slotTaker(facts: Pick<Facts, 'result'>): NamedSession | undefined {
  const reading = facts.result(ConnectionStatsResult, { tool: 'get_connection_stats', args: {} })
  if (reading.kind !== 'seen') return undefined
  const [top] = reading.value.by_client
  return top?.oldest && top.sessions * 2 >= reading.value.max_connections ? { ...top.oldest, application: top.application } : undefined
}

function marked<Kind>(kind: Kind, { pid, began, application }: { pid: number; began?: string; application: string }) {
  return began === undefined ? undefined : { kind, pid, began, application }
}
