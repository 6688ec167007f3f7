import { readdirSync, readFileSync } from 'node:fs'

/** What the processes of a group use together. */
export interface GroupUsage {
  residentBytes: number
  /** User and system time, also of children of the group's leader that ended. */
  cpuSeconds: number
}

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

/** By the pid of the group's leader. Reads /proc (proc_pid_stat(5)); where there is none, on macOS, nothing is known and the result is empty. */
export function readGroupUsage(leaders: ReadonlySet<number>): Map<number, GroupUsage> {
  const usage = new Map<number, GroupUsage>()
  if (process.platform !== 'linux' || leaders.size === 0) return usage
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const member = Number.isInteger(pid) ? readMember(pid, leaders) : undefined
    if (!member) continue
    const { residentBytes, cpuSeconds } = usage.get(member.group) ?? { residentBytes: 0, cpuSeconds: 0 }
    usage.set(member.group, { residentBytes: residentBytes + member.residentBytes, cpuSeconds: cpuSeconds + member.cpuSeconds })
  }
  return usage
}

function readMember(pid: number, leaders: ReadonlySet<number>): (GroupUsage & { group: number }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name stands in parentheses and may hold anything; the fields after it are numbered from 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const field = (number: number) => Number(fields[number - 3])
    const group = field(5)
    if (!leaders.has(group)) return undefined
    // The leader alone: a child's child is counted where it is reaped.
    const ofEnded = pid === group ? field(16) + field(17) : 0
    const residentKilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0
    return {
      group,
      residentBytes: Number(residentKilobytes) * 1_024,
      cpuSeconds: (field(14) + field(15) + ofEnded) / TICKS_PER_SECOND,
    }
  } catch {
    return undefined // It ended meanwhile.
  }
}
