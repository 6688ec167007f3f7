import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { cp, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'

/** Where the programs are that `nobody` can run, one directory a version. */
const CACHE_OF_ROOT = '/var/cache/oncall-lab'
const ABANDONED_AFTER_MS = 600_000

/** The directory of programs that the server's user can run: the package's own, or as root a copy outside of root's homes, made once. */
export async function installBinaries({ directory, version }: Binaries, asNobody: boolean): Promise<string> {
  if (!asNobody) return directory
  const target = join(CACHE_OF_ROOT, `postgres-${version}`)
  if (existsSync(target)) return target
  makeReachable(CACHE_OF_ROOT)
  await removeAbandoned(CACHE_OF_ROOT)
  const aside = await mkdtemp(join(CACHE_OF_ROOT, 'new-'))
  await cp(directory, aside, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
  chmodSync(aside, 0o755)
  await rename(aside, target).catch(async (error: unknown) => {
    await rm(aside, { recursive: true, force: true })
    if (!existsSync(target)) throw error // Else another lab was quicker.
  })
  return target
}

/** Makes a directory that everybody may enter, whatever the umask is. */
export function makeReachable(directory: string): void {
  if (existsSync(directory)) return
  makeReachable(dirname(directory))
  mkdirSync(directory, { recursive: true })
  chmodSync(directory, 0o755)
}

/** A copy that was killed half-way. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of (await readdir(cache)).filter((name) => name.startsWith('new-'))) {
    const entry = await stat(join(cache, name)).catch(() => null)
    if (entry && Date.now() - entry.mtimeMs > ABANDONED_AFTER_MS) await rm(join(cache, name), { recursive: true, force: true })
  }
}
