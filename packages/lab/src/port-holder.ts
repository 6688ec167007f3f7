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
const TIME_WAIT = '06'

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

const USUAL_FIRST_EPHEMERAL_PORT = 32_768

/** The first port that the system gives to clients: from there on any port may be taken at any moment. */
export async function firstEphemeralPort(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '')
  return Number.parseInt(range, 10) || USUAL_FIRST_EPHEMERAL_PORT
}

/** True when the port belongs to connections in TIME-WAIT alone (Linux; elsewhere false). */
export async function isClosing(port: number): Promise<boolean> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  const states = tables.flatMap((table) => entriesAt(table, port).map(([, , , state]) => state))
  return states.length > 0 && states.every((state) => state === TIME_WAIT)
}

/** The socket inodes that listen on `port` in the text of /proc/net/tcp or tcp6 (proc_net_tcp(5)). */
export function listeningInodes(table: string, port: number): string[] {
  return entriesAt(table, port)
    .filter(([, , , state]) => state === LISTENING)
    .map((fields) => fields[9] ?? '')
}

/** The fields of the lines whose local port it is. */
function entriesAt(table: string, port: number): string[][] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => local?.endsWith(`:${wanted}`))
}

async function askLsof(port: number): Promise<number | null> {
  const answer = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']).catch(() => null)
  const pid = /^p(\d+)$/m.exec(answer?.stdout ?? '')?.[1]
  return pid ? Number(pid) : null
}
