import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { User } from './server-user.ts'

interface Options {
  /** Does not exist, or is complete. */
  data: string
  /** Holds `bin`. */
  programs: string
  roles: string
  user: User | null
  signal?: AbortSignal | undefined
}

/**
 * Creates the cluster with the roles and the database, unless it is there. It is built aside and then renamed, so one that was killed half-way is
 * never used. @throws Error with what initdb said; the signal's reason when that comes first.
 */
export async function createDataDirectory({ data, programs, roles, user, signal }: Options): Promise<void> {
  if (existsSync(data)) return
  const place = dirname(data)
  // What initdb itself started ends a moment after it, and may still write: hence the retries.
  const abandoned = (await readdir(place)).filter((name) => name.startsWith('new-'))
  for (const name of abandoned) await rm(join(place, name), { recursive: true, force: true, maxRetries: 10 })
  const aside = join(place, `new-${randomUUID()}`)
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(program, args, { cwd: place, env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...user, ...(signal && { signal }) })
  await run(join(programs, 'bin/initdb'), ...INITDB_FLAGS, '-D', aside)
  // Without a server and a port: PostgreSQL's single-user mode, in which a semicolon and an empty line end a statement (-j).
  const single = 'exec "$0" --single -j -D "$1" -c exit_on_error=on postgres <"$2"'
  await run('/bin/sh', '-c', single, join(programs, 'bin/postgres'), aside, roles)
  await rename(aside, data)
}

/** The same collation on every system, and trust: only this machine can connect, see pg_hba.conf. */
const INITDB_FLAGS = [
  ...['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-instructions'],
  ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
]
