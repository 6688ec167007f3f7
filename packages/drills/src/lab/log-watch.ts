import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_LOG, type LabDirectory } from '@oncall-lab/lab/lab-directory'

const LOOK_EVERY_MS = 250

/** Looks after the shop's error log until it is disposed: it only grows, unless somebody wipes it. */
export interface LogWatch extends Disposable {
  hasShrunk(): boolean
}

/** Begins to watch. A log that is full and goes on in a new file has not shrunk. */
export function watchLog({ lab }: { lab: { directory: Pick<LabDirectory, 'errorLogs'> } }): LogWatch {
  const path = join(lab.directory.errorLogs, ERROR_LOG)
  const look = () => ({ bytes: bytesOf(path), rotated: bytesOf(`${path}.1`, 'ino') })
  let last = look()
  let hasShrunk = false
  const check = () => {
    const now = look()
    hasShrunk ||= now.bytes < last.bytes && now.rotated === last.rotated
    last = now
  }
  const timer = setInterval(check, LOOK_EVERY_MS)
  return {
    hasShrunk() {
      check()
      return hasShrunk
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** 0 for what is not there. */
function bytesOf(path: string, what: 'size' | 'ino' = 'size'): number {
  return statSync(path, { throwIfNoEntry: false })?.[what] ?? 0
}
