import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readProcess } from '@oncall-lab/service-kit/process-table'

const FAST_SHUTDOWN_WITHIN_MS = 10_000
const IMMEDIATE_SHUTDOWN_WITHIN_MS = 6_000
const CHILDREN_END_WITHIN_MS = 3_000
const LOOK_EVERY_MS = 50

/** What was found of an earlier server: nothing, a lock file that names no server of this directory, or a server, which has ended now. */
export type Recovery = 'nothing' | 'stale_lock_removed' | 'server_ended'

/**
 * Makes a data directory free for a new server, after whatever happened to the one before. Its lock file may name a process that is gone, or another one that
 * got its number since (PostgreSQL itself then refuses to start); a server that still runs on this very directory is shut down, hard only if it must be.
 */
export async function recoverDataDirectory(data: string): Promise<Recovery> {
  const lock = join(data, 'postmaster.pid')
  const found = existsSync(lock) ? await free(lock, data) : 'nothing'
  await untilChildrenEnded(data)
  return found
}

async function free(lock: string, data: string): Promise<Recovery> {
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  if (!isServer(pid, data)) {
    rmSync(lock, { force: true })
    return 'stale_lock_removed'
  }
  const gone = () => !isServer(pid, data)
  await end(pid, 'SIGINT', FAST_SHUTDOWN_WITHIN_MS, gone)
  await end(pid, 'SIGQUIT', IMMEDIATE_SHUTDOWN_WITHIN_MS, gone)
  await end(pid, 'SIGKILL', IMMEDIATE_SHUTDOWN_WITHIN_MS, gone)
  if (gone()) return 'server_ended'
  throw new Error(`The PostgreSQL server of an earlier lab (pid ${pid}) on ${data} does not end.`)
}

function isServer(pid: number, data: string): boolean {
  return `${readProcess(pid)?.command ?? ''} `.includes(`/postgres -D ${data} `)
}

async function end(pid: number, signal: NodeJS.Signals, withinMs: number, gone: () => boolean): Promise<void> {
  if (gone()) return
  process.kill(pid, signal)
  const deadline = Date.now() + withinMs
  while (!gone() && Date.now() < deadline) await delay(LOOK_EVERY_MS)
}

/** A server's children live a moment longer than a server that was killed; the next one does not start while they use its memory. */
async function untilChildrenEnded(data: string): Promise<void> {
  const deadline = Date.now() + CHILDREN_END_WITHIN_MS
  for (let children = listWorkers(data); children.length; children = listWorkers(data)) {
    if (Date.now() > deadline) for (const pid of children) process.kill(pid, 'SIGKILL')
    await delay(LOOK_EVERY_MS)
  }
}

/** Each process of a server works in its data directory. Elsewhere than on Linux that cannot be seen, and PostgreSQL says itself that they are there. */
function listWorkers(data: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === data && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('postgres:')
      } catch {
        return false // Gone, or another user's.
      }
    })
    .map(Number)
}
