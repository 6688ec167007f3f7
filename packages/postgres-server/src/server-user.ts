import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Whom a program runs as. */
export interface User {
  uid: number
  gid: number
}

const NOBODY: User = { uid: 65_534, gid: 65_534 }

/** Whom the server runs as: PostgreSQL refuses root, so then it is `nobody`; null stands for whoever we are. @throws Error as root on macOS. */
export function serverUser(): User | null {
  if (process.getuid?.() !== 0) return null
  if (process.platform === 'darwin')
    throw new Error('PostgreSQL does not run as root, and macOS has no user for it: run the lab as yourself.')
  return NOBODY
}

const STATE_OF_ROOT = '/var/lib/oncall-lab'

/**
 * Where the server keeps what was to be kept in `directory`: there, unless the lab runs as root and `nobody` cannot get there (a checkout below a home
 * with mode 0700); then `/var/lib/oncall-lab/<mark of the directory>`.
 */
export function reachableDirectory(directory: string): string {
  if (process.getuid?.() !== 0 || isReachable(directory)) return directory
  return join(STATE_OF_ROOT, createHash('sha256').update(directory).digest('hex').slice(0, 12))
}

const OTHERS_MAY_ENTER = 0o001

/** True when everybody may enter each directory above `path`; those that do not exist yet would come with our umask. */
function isReachable(path: string): boolean {
  for (let above = dirname(path); ; above = dirname(above)) {
    const mode = statSync(above, { throwIfNoEntry: false })?.mode ?? ~process.umask()
    if (!(mode & OTHERS_MAY_ENTER)) return false
    if (above === dirname(above)) return true
  }
}
