import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { freemem, loadavg, totalmem } from 'node:os'
import { readProcess } from '@oncall-lab/service-kit/process-table'
import { SERVICE } from '../places.ts'
import { fails, type Program, type Surroundings, says } from './program.ts'

/** The machine's processes by number; no other process of this computer is one of them. */
function own({ unit, breakages }: Surroundings): Map<number, { name: string; user: string }> {
  const busy = breakages.busyPid()
  return new Map([
    ...(unit.state.pid > 0 ? [[unit.state.pid, { name: SERVICE, user: 'www-data' }] as const] : []),
    ...(busy !== undefined ? [[busy, { name: 'report-builder', user: 'reports' }] as const] : []),
  ])
}

/** `ps -e -o pid,user,pcpu,etimes,comm --sort=-pcpu`. */
export const ps: Program = (_args, surroundings) => {
  const rows = [...own(surroundings)].flatMap(([pid, { name, user }]) => {
    const found = readProcess(pid)
    return found
      ? [{ pid, user, name, seconds: Math.max(0, Math.floor(found.uptimeSeconds)), cpu: cpuPercent(pid, found.uptimeSeconds) }]
      : []
  })
  const lines = rows
    .sort((a, b) => b.cpu - a.cpu)
    .map(
      ({ pid, user, cpu, seconds, name }) =>
        `${String(pid).padStart(7)} ${user.padEnd(8)} ${cpu.toFixed(1).padStart(4)} ${String(seconds).padStart(7)} ${name}`,
    )
  return says(
    `    PID USER     %CPU ELAPSED COMMAND\n      1 root      0.0 ${String(uptimeOf(surroundings)).padStart(7)} systemd\n${lines.join('\n')}${lines.length > 0 ? '\n' : ''}`,
  )
}

const uptimeOf = ({ machine }: Surroundings) => Math.floor((machine.now() - machine.bootedAt) / 1_000)
const TICKS_PER_SECOND = 100

/** Of one core, over its life, as ps counts it. */
function cpuPercent(pid: number, seconds: number): number {
  try {
    if (process.platform !== 'linux') return Number(execFileSync('ps', ['-o', 'pcpu=', '-p', String(pid)], { encoding: 'utf8' }))
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (100 * (Number(fields[11]) + Number(fields[12]))) / TICKS_PER_SECOND / Math.max(seconds, 0.1)
  } catch {
    return 0 // It has just ended.
  }
}

/** `kill -TERM PID`: of the machine's own processes alone. */
export const kill: Program = (args, surroundings) => {
  const pid = Number(args.at(-1))
  if (!own(surroundings).has(pid)) return fails(`kill: (${args.at(-1)}) - No such process`)
  process.kill(pid, 'SIGTERM')
  return says('')
}

export const uptime: Program = (_args, surroundings) => {
  const load = loadavg().map((each) => each.toFixed(2))
  return says(
    ` ${new Date(surroundings.machine.now()).toISOString().slice(11, 19)} up ${Math.floor(uptimeOf(surroundings) / 60)} min,  0 users,  load average: ${load.join(', ')}\n`,
  )
}

const MEGABYTE = 1_048_576
export const free: Program = () => {
  const [total, left] = [Math.round(totalmem() / MEGABYTE), Math.round(freemem() / MEGABYTE)]
  return says(
    `               total        used        free\nMem:  ${String(total).padStart(14)}${String(total - left).padStart(12)}${String(left).padStart(12)}\n`,
  )
}

/** `ss -ltn`. */
export const ss: Program = (_args, { unit, ports }) => {
  const row = (port: number) => `LISTEN 0      128        127.0.0.1:${port}      0.0.0.0:*\n`
  return says(
    `State  Recv-Q Send-Q Local Address:Port Peer Address:Port\n${row(ports.ssh)}${unit.state.active === 'active' ? row(ports.web) : ''}`,
  )
}

/** `curl … URL`: reaches the machine's own web server, and nothing else of this computer. */
export const curl: Program = async (args, { ports }) => {
  const url = args.at(-1) ?? ''
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (!target) return fails('curl: (3) URL using bad/illegal format or missing URL', 3)
  const isOwn = ['127.0.0.1', 'localhost'].includes(target.hostname) && Number(target.port || 80) === ports.web
  if (!isOwn) return fails(`curl: (6) Could not resolve host: ${target.hostname}`, 6)
  try {
    const answer = await fetch(target, { signal: AbortSignal.timeout(5_000) })
    const body = await answer.text()
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}\n`).join('')
    return says(`HTTP/1.1 ${answer.status} ${answer.statusText}\n${headers}\n${body}`)
  } catch (error) {
    if (error instanceof DOMException) return fails('curl: (28) Operation timed out after 5000 milliseconds', 28)
    return fails(`curl: (7) Failed to connect to ${target.hostname} port ${ports.web}: Connection refused`, 7)
  }
}
