import { access, constants, copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import { isExecutable } from './on-path.ts'
import type { Program, ProgramSource, ProgramSurroundings } from './program.ts'
import { packageDirectory, unpackPackages } from './unpacked-packages.ts'
import { placeWebPages } from './web-pages.ts'

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
      await placeWebPages(program, around)
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

async function fetchPackage({ debian }: Program, around: ProgramSurroundings): Promise<void> {
  around.say(`  fetching Debian's package ${debian.package}`)
  await unpackPackages([debian.package], around, async (unpacked) => {
    const final = packageDirectory(debian.package, around.cache)
    await rm(final, { recursive: true, force: true })
    await rename(unpacked, final)
  })
}
