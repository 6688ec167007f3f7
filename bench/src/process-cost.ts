import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100 // USER_HZ, the same on every Linux that /proc/<pid>/stat is read on.

/** CPU time (user and system, seconds) that a process and its children have used so far; 0 for one that is gone. */
export function cpuSeconds(pid: number): number {
  return sumOfTree(pid, (each) => {
    // The name, in brackets, may hold spaces: fields are counted from its end.
    const fields = read(`/proc/${each}/stat`).split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND
  })
}

/** Memory of a process and its children in MB (10^6 bytes): resident, and its share of it where pages are shared (Pss). */
export function memoryMb(pid: number): { rss: number; pss: number } {
  const field = (name: string) => (each: number) =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(read(`/proc/${each}/smaps_rollup`))?.[1] ?? 0) * 1_024) / 1e6
  return { rss: sumOfTree(pid, field('Rss')), pss: sumOfTree(pid, field('Pss')) }
}

function sumOfTree(pid: number, valueIn: (pid: number) => number): number {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return children.reduce((sum, child) => sum + sumOfTree(child, valueIn), valueIn(pid))
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
