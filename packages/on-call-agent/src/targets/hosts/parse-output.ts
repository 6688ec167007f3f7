import type { HostReading } from '../../host-functions.ts'
import type { Ran } from './client.ts'

/** The output of a command that has to end well. @throws Error with the command's own words */
function demandOutput({ exitCode, stdout, stderr }: Ran): string {
  if (exitCode === 0) return stdout
  throw new Error(firstLine(stderr) || firstLine(stdout) || `it ended with ${exitCode}`)
}

const firstLine = (text: string) => text.trim().split('\n')[0] ?? ''

/** `systemctl show --property=…`: one `Name=value` a line. */
export function parseService(service: string, ran: Ran): HostReading['services'][number] {
  const lines = demandOutput(ran).split('\n')
  const read = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
  if (read('ActiveState') === '') throw new Error('systemctl said nothing of the service')
  const pid = Number(read('MainPID'))
  const since = read('StateChangeTimestamp')
  return {
    service,
    state: read('ActiveState'),
    sub_state: read('SubState'),
    result: read('Result'),
    exit_status: integer(read('ExecMainStatus')),
    since: since === '' ? null : since,
    main_pid: pid > 0 ? pid : null,
    restarts: integer(read('NRestarts')) ?? 0,
  }
}

/** `df -P -k`: six columns; the mount may hold spaces. Memory that looks like a disk is left out. */
export function parseDisks(ran: Ran): HostReading['disks'] {
  return demandOutput(ran)
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, source = '', size, , available, used, mount = ''] = /^(\S+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)%\s+(.+)$/.exec(line) ?? []
      if (mount === '' || Number(size) === 0 || /^(?:tmpfs|devtmpfs|udev|overlay|none|shm)$/.test(source)) return []
      return [{ mount, used_percent: Number(used), free_kilobytes: Number(available) }]
    })
}

/** `ps -o pid,user,pcpu,etimes,comm`. */
export function parseProcesses(ran: Ran): HostReading['processes'] {
  return demandOutput(ran)
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, pid, user = '', cpu, seconds, command = ''] = /^\s*(\d+)\s+(\S+)\s+([\d.]+)\s+(\d+)\s+(.+)$/.exec(line) ?? []
      return pid === undefined
        ? []
        : [{ pid: Number(pid), user, cpu_percent: Number(cpu), seconds: Number(seconds), command: command.trim() }]
    })
    .sort((a, b) => b.cpu_percent - a.cpu_percent)
}

/** `du -s -k`. */
export function parseSize(ran: Ran): number {
  const size = /^(\d+)\s/.exec(demandOutput(ran))?.[1]
  if (size === undefined) throw new Error('du named no size')
  return Number(size)
}

/** `curl -i`: the status of the last answer; without one curl's own words. */
export function parseStatusLine({ stdout, stderr }: Ran): { status: number | null; says: string } {
  const lines = stdout.split('\n').filter((line) => /^HTTP\/[\d.]+ \d{3}/.test(line))
  const [, status] = /^HTTP\/[\d.]+ (\d{3})/.exec(lines.at(-1) ?? '') ?? []
  return status === undefined
    ? { status: null, says: firstLine(stderr) || 'no answer' }
    : { status: Number(status), says: (lines.at(-1) ?? '').trim() }
}

function integer(text: string): number | null {
  return /^-?\d+$/.test(text) ? Number(text) : null
}
