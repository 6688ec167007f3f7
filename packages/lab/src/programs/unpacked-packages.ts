import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { ProgramSurroundings } from './program.ts'
import { runTool } from './run-tool.ts'

/** Where a package of Debian is, or will be, unpacked in the cache. */
export function packageDirectory(name: string, cache: string): string {
  return join(cache, 'debian', name)
}

/** Downloads packages, unpacks all of them into one directory and hands that to `use`; nothing of it stays unless `use` moves it. */
export async function unpackPackages(
  names: string[],
  { cache, say, signal }: ProgramSurroundings,
  use: (unpacked: string) => Promise<void>,
): Promise<void> {
  await mkdir(join(cache, 'debian'), { recursive: true })
  const work = await mkdtemp(join(cache, 'debian', 'fetch-'))
  try {
    await downloadPackages(names, { work, say, signal })
    const files = (await readdir(work)).filter((name) => name.endsWith('.deb'))
    if (files.length < names.length) throw new Error(`apt-get download ${names.join(' ')} left ${files.length} files`)
    for (const file of files) await runTool('dpkg', ['-x', join(work, file), join(work, 'unpacked')], { signal })
    await use(join(work, 'unpacked'))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

interface Downloading {
  /** An empty directory for the package and apt's own files. */
  work: string
  say: (line: string) => void
  signal: AbortSignal
}

/** With the system's package lists; where those are empty or out of date, with fresh ones of our own, which needs no root. */
async function downloadPackages(names: string[], { work, say, signal }: Downloading): Promise<void> {
  const download = (options: string[]) => runTool('apt-get', [...options, 'download', ...names], { cwd: work, signal })
  try {
    await download([])
  } catch (error) {
    if (signal.aborted || describeError(error).includes('is not installed')) throw error
    say("  apt's package lists do not help; fetching fresh ones")
    const lists = join(work, 'apt')
    await mkdir(join(lists, 'lists', 'partial'), { recursive: true })
    await mkdir(join(lists, 'cache', 'archives', 'partial'), { recursive: true })
    const own = ['-o', `Dir::State::lists=${join(lists, 'lists')}`, '-o', `Dir::Cache=${join(lists, 'cache')}`]
    await runTool('apt-get', [...own, '-o', 'APT::Sandbox::User=', 'update'], { signal })
    await download(own)
  }
}
