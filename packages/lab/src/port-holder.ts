import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { readProcess } from '@oncall-lab/service-kit/process-table'

/** The process that listens on a port of this machine. */
export interface PortHolder {
  pid: number
  command: string
}

/** Null when nobody listens there, or when the system does not let us see who does. */
export async function findPortHolder(port: number): Promise<PortHolder | null> {
  const pid = process.platform === 'linux' ? await searchProcfs(port) : await askLsof(port)
  return pid === null ? null : { pid, command: readProcess(pid)?.command ?? '' }
}

const LISTENING = '0A'

async function searchProcfs(port: number): Promise<number | null> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)))
  if (inodes.size === 0) return null
  const links = new Set([...inodes].map((inode) => `socket:[${inode}]`))
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []) // Another user's, or just ended.
    for (const descriptor of descriptors) {
      if (links.has(await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => ''))) return Number(pid)
    }
  }
  return null
}

/** The socket inodes that listen on `port` in the text of /proc/net/tcp or tcp6 (proc_net_tcp(5)). */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENING && local?.endsWith(`:${wanted}`))
    .map((fields) => fields[9] ?? '')
}

async function askLsof(port: number): Promise<number | null> {
  const answer = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']).catch(() => null)
  const pid = /^p(\d+)$/m.exec(answer?.stdout ?? '')?.[1]
  return pid ? Number(pid) : null
}
