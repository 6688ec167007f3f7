import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isSameProcess } from '@oncall-lab/service-kit/process-table'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/** `.lab/<offset>/run.json`: the lab that runs, written by the process that supervises it. */
export const LabRun = Type.Object({
  pid: Type.Integer(),
  /** Tells the supervising process from a later one with the same pid. */
  start_mark: Type.String(),
  port_offset: Type.Integer(),
  replicas: Type.Integer(),
  state: Type.Enum(['starting', 'ready', 'stopping']),
  /** RFC 3339, UTC. */
  started_at: Type.String(),
  parts: Type.Array(
    Type.Object({
      name: Type.String(),
      port: Type.Union([Type.Integer(), Type.Null()]),
      state: Type.Enum(['starting', 'ready', 'backoff', 'stopping', 'stopped']),
      pid: Type.Union([Type.Integer(), Type.Null()]),
      started_at: Type.Union([Type.String(), Type.Null()]),
      restarts: Type.Integer(),
    }),
  ),
})
export type LabRun = Static<typeof LabRun>

/** The lab that runs, or null; a file whose process is gone, or that cannot be read, is removed. */
export function readRunFile(path: string): LabRun | null {
  try {
    const run: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (Value.Check(LabRun, run) && isSameProcess(run.pid, run.start_mark)) return run
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  }
  rmSync(path, { force: true })
  return null
}

/** Makes this lab the one that runs; returns the other where one runs already. Of two that try at once exactly one succeeds. */
export function claimRunFile(path: string, run: LabRun): LabRun | null {
  mkdirSync(dirname(path), { recursive: true })
  const own = writeAside(path, run)
  try {
    for (;;) {
      const other = readRunFile(path)
      if (other) return other
      try {
        linkSync(own, path) // Complete, or not there; fails when the path exists.
        return null
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
    }
  } finally {
    rmSync(own, { force: true })
  }
}

/** Replaces the content of the run file that this process holds; readers see the old or the new one, never half of it. */
export function updateRunFile(path: string, run: LabRun): void {
  renameSync(writeAside(path, run), path)
}

/** Gives the run file up. */
export function releaseRunFile(path: string): void {
  rmSync(path, { force: true })
}

function writeAside(path: string, run: LabRun): string {
  const aside = `${path}.${process.pid}`
  writeFileSync(aside, `${JSON.stringify(run, null, 2)}\n`)
  return aside
}
