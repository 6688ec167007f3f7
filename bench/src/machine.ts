import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import type { Cores } from './part.ts'
import { isOnPath } from './process.ts'

/** Where and when figures were taken. */
export interface MachineFacts {
  cpu: string
  cores: number
  memory_gb: number
  kernel: string
  node: string
  /** RFC 3339, UTC. */
  date: string
  /** Load average of the minute before: near 0 on a quiet machine. */
  load_before: number
}

/** A load average from which on figures are blurred. */
const BUSY_FROM = 0.5

/** Asks the system. */
export function machineFacts(): MachineFacts {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_gb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.versions.node,
    date: new Date().toISOString(),
    load_before: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

/** What a person should know before reading the figures; undefined when the machine is quiet. */
export function busyWarning({ load_before: load }: MachineFacts): string | undefined {
  if (load < BUSY_FROM) return undefined
  return `This machine is busy (load average ${load.toFixed(2)}): single figures will be blurred. Ratios of one run hold better; quiet is best.`
}

/** The first CPU for what is measured, the second for load and backends. */
export function chooseCores(): Cores {
  if (availableParallelism() < 2 || !isOnPath('taskset')) return { measured: undefined, others: undefined }
  return { measured: 0, others: 1 }
}
