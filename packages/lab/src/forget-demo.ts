import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_LOG, type LabDirectory } from './lab-directory.ts'

/**
 * Takes away what an earlier demo left, so that the next one begins with nothing: its databases, and the error log where it is this lab's alone. Errors of an earlier one would be
 * told as the present trouble's. A person's lab keeps everything, and so does the log in the repository's root.
 */
export function forgetDemo(directory: Pick<LabDirectory, 'state' | 'data' | 'postgres' | 'errorLogs'>): void {
  const { state, data, postgres, errorLogs } = directory
  if (data === state) return
  for (const path of [data, postgres]) rmSync(path, { recursive: true, force: true })
  if (!errorLogs.startsWith(state)) return
  const log = join(errorLogs, ERROR_LOG)
  for (const path of [log, `${log}.1`]) rmSync(path, { force: true })
}
