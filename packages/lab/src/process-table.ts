import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What the system says about one process. */
export interface ProcessEntry {
  pid: number
  parentPid: number
  /** Tells this process from a later one with the same pid; opaque. */
  startMark: string
  command: string
  memoryBytes: number
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
    const residentKb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0
    const uptimeSeconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) - Number(startTicks) / TICKS_PER_SECOND
    const memoryBytes = Number(residentKb) * 1024
    return { pid, parentPid: Number(parentPid), startMark: String(startTicks), command, memoryBytes, uptimeSeconds }
  } catch {
    return null // It ended, or ended while we read.
  }
}

function askPs(pid: number): ProcessEntry | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,ppid=,rss=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    const [, state, parentPid, rss, startMark, command] = /^(\S+)\s+(\d+)\s+(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line) ?? []
    if (!startMark || state?.startsWith('Z')) return null
    const uptimeSeconds = (Date.now() - Date.parse(startMark)) / 1000
    const memoryBytes = Number(rss) * 1024
    return { pid, parentPid: Number(parentPid), startMark, command: command ?? '', memoryBytes, uptimeSeconds }
  } catch {
    return null
  }
}

function listPids(): number[] {
  const names =
    process.platform === 'linux' ? readdirSync('/proc') : execFileSync('ps', ['-ax', '-o', 'pid='], { encoding: 'utf8' }).split(/\s+/)
  return names.filter((name) => /^\d+$/.test(name)).map(Number)
}
