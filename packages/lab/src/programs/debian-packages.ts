import { access, constants, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import { isExecutable } from './on-path.ts'
import type { Program, ProgramSource, ProgramSurroundings } from './program.ts'
import { runTool } from './run-tool.ts'

/** Debian's Alertmanager reads these at start and cannot be told another place. */
const TEMPLATE_DIRECTORY = 'usr/share/prometheus/alertmanager'
const TEMPLATES = ['default.tmpl', 'email.tmpl']

/** The packages of Debian or Ubuntu, fetched by apt and unpacked into the cache: nothing is installed and no service is started. */
export const debianPackages: ProgramSource = {
  name: "Debian's packages",
  async find(program, around) {
    try {
      const path = unpackedProgram(program, around.cache)
      if (!(await isExecutable(path))) await fetchPackage(program, around)
      await demandTemplates(program, around)
      return { kind: 'found', path }
    } catch (error) {
      return { kind: 'missing', reason: describeError(error) }
    }
  },
}

/** Where Debian's program is, or will be, in the cache. */
export function unpackedProgram({ debian }: Program, cache: string): string {
  return join(packageDirectory(debian.package, cache), debian.path)
}

/** Puts Alertmanager's templates where Debian's build of it looks, or @throws saying what to run. */
export async function demandTemplates({ name, debian }: Program, { cache, isRoot }: ProgramSurroundings): Promise<void> {
  if (name !== 'alertmanager' || (await Promise.all(TEMPLATES.map(isReadable))).every(Boolean)) return
  const ours = TEMPLATES.map((template) => join(packageDirectory(debian.package, cache), TEMPLATE_DIRECTORY, template))
  const byHand = `sudo install -D -m 644 -t /${TEMPLATE_DIRECTORY} ${ours.join(' ')}`
  if (!isRoot)
    throw new Error(`Debian's Alertmanager needs its templates in /${TEMPLATE_DIRECTORY}, where only root may write; run once:  ${byHand}`)
  await mkdir(`/${TEMPLATE_DIRECTORY}`, { recursive: true })
  for (const path of ours) await copyFile(path, join('/', TEMPLATE_DIRECTORY, basename(path)))
}

function isReadable(template: string): Promise<boolean> {
  return access(join('/', TEMPLATE_DIRECTORY, template), constants.R_OK).then(
    () => true,
    () => false,
  )
}

function packageDirectory(name: string, cache: string): string {
  return join(cache, 'debian', name)
}

async function fetchPackage({ debian }: Program, { cache, say, signal }: ProgramSurroundings): Promise<void> {
  await mkdir(join(cache, 'debian'), { recursive: true })
  const work = await mkdtemp(join(cache, 'debian', 'fetch-'))
  try {
    say(`  fetching Debian's package ${debian.package}`)
    await downloadPackage(debian.package, { work, say, signal })
    const file = (await readdir(work)).find((name) => name.endsWith('.deb'))
    if (!file) throw new Error(`apt-get download ${debian.package} left no file`)
    await runTool('dpkg', ['-x', join(work, file), join(work, 'unpacked')], { signal })
    const final = packageDirectory(debian.package, cache)
    await rm(final, { recursive: true, force: true })
    await rename(join(work, 'unpacked'), final)
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
async function downloadPackage(name: string, { work, say, signal }: Downloading): Promise<void> {
  const download = (options: string[]) => runTool('apt-get', [...options, 'download', name], { cwd: work, signal })
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
