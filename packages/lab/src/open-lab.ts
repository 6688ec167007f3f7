import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAddressBook } from './address-book.ts'
import { tidyEnvironment } from './environment.ts'
import type { Lab } from './lab.ts'
import { locateLabDirectory } from './lab-directory.ts'

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** The lab of this repository at a port offset; nothing is started or written. */
export function openLab(offset: number, environment: Record<string, string | undefined>): Lab {
  const env = tidyEnvironment(environment)
  return {
    book: createAddressBook(offset),
    directory: locateLabDirectory(ROOT, offset),
    env,
    programs: {
      searchPath: (env.PATH ?? '').split(delimiter).filter(Boolean),
      cache: join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'oncall-lab'),
      isRoot: process.getuid?.() === 0,
    },
  }
}
