import { appendFileSync, existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_LOG, type LabDirectory } from '@oncall-lab/lab/lab-directory'
import type { World } from '../lab/world.ts'

/** Whatever stands in front of Prometheus answers 503 for so long. @throws Error in a lab that has nothing there. */
export function refusePrometheus({ front }: World, seconds: number): () => Promise<void> {
  if (!front) throw new Error('Nothing stands in front of Prometheus in this lab; only `drill run` starts one that has it')
  front.refuse(seconds * 1_000)
  return async () => front.refuse(0)
}

/** The shop's error log is no file any more: reading and writing fail, as on a volume that is gone. Undoing brings the file back as it was. */
export function breakLog({ directory }: { directory: Pick<LabDirectory, 'errorLogs'> }): () => Promise<void> {
  const log = join(directory.errorLogs, ERROR_LOG)
  if (existsSync(log)) renameSync(log, aside(log))
  mkdirSync(log)
  return async () => mendLog({ directory })
}

/** Brings the log back, if it was taken away; also after a drill that was killed. */
export function mendLog({ directory }: { directory: Pick<LabDirectory, 'errorLogs'> }): void {
  const log = join(directory.errorLogs, ERROR_LOG)
  try {
    rmdirSync(log)
  } catch {
    return // It is a file, or was never there.
  }
  if (existsSync(aside(log))) renameSync(aside(log), log)
}

function aside(log: string): string {
  return `${log}.aside`
}

/** A line as the shop writes them, but for what a failure would add: no route, no status, no stack. It stays: a log is never corrected. */
export async function writeLogLine(world: World, message: string): Promise<() => Promise<void>> {
  const [instance] = await world.instances()
  const entry = { ts: new Date().toISOString(), level: 'error', instance: `127.0.0.1:${instance?.port}`, pid: instance?.pid ?? 0, message }
  appendFileSync(join(world.lab.directory.errorLogs, ERROR_LOG), `${JSON.stringify(entry)}\n`)
  return async () => undefined
}
