import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What the system says about one process. */
export interface ProcessEntry {
  pid: number
  parentPid: number
  /** Tells this process from a later one with the same pid; opaque. */
  startMark: string
  command: string
  uptimeSeconds: number
}

/** The process, or null when there is none or it is a zombie. Reads /proc on Linux and asks `ps` elsewhere. */
export function readProcess(pid: number): ProcessEntry | null {
  return process.platform === 'linux' ? readProcfs(pid) : askPs(pid)
}

/** True while the very process lives that had this start mark. */
export function isSameProcess(pid: number, startMark: string): boolean {
  return readProcess(pid)?.startMark === startMark
}

/** The direct children of a process. */
export function listChildren(pid: number): ProcessEntry[] {
  return listPids()
    .map(readProcess)
    .filter((entry) => entry?.parentPid === pid)
    .filter((entry) => entry !== null)
}

/**
 * The memory of a process in bytes, null when it is gone. On Linux the proportional set size: what several processes share counts for each in part
 * only, so that sums are true. Elsewhere, and where that may not be read, the resident size.
 */
export function readMemoryBytes(pid: number): number | null {
  const kilobytes =
    process.platform === 'linux' ? (readField(pid, 'smaps_rollup', 'Pss') ?? readField(pid, 'status', 'VmRSS')) : askResident(pid)
  return kilobytes === null ? null : kilobytes * 1024
}

function readField(pid: number, file: string, name: string): number | null {
  try {
    const value = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]
    return value === undefined ? null : Number(value)
  } catch {
    return null // Gone, or another user's.
  }
}

function askResident(pid: number): number | null {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch {
    return null
  }
}

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

function readProcfs(pid: number): ProcessEntry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name stands in parentheses and may hold anything; the fields after it are numbered from 3 (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, parentPid, startTicks] = [fields[0], fields[1], fields[19]]
    if (state === 'Z' || state === 'X') return null
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    const uptimeSeconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) - Number(startTicks) / TICKS_PER_SECOND
    return { pid, parentPid: Number(parentPid), startMark: String(startTicks), command, uptimeSeconds }
  } catch {
    return null // It ended, or ended while we read.
  }
}

function askPs(pid: number): ProcessEntry | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,ppid=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    const [, state, parentPid, startMark, command] = /^(\S+)\s+(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line) ?? []
    if (!startMark || state?.startsWith('Z')) return null
    const uptimeSeconds = (Date.now() - Date.parse(startMark)) / 1000
    return { pid, parentPid: Number(parentPid), startMark, command: command ?? '', uptimeSeconds }
  } catch {
    return null
  }
}

function listPids(): number[] {
  const names =
    process.platform === 'linux' ? readdirSync('/proc') : execFileSync('ps', ['-ax', '-o', 'pid='], { encoding: 'utf8' }).split(/\s+/)
  return names.filter((name) => /^\d+$/.test(name)).map(Number)
}
