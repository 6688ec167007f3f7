import { access, cp, lstat, mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError } from '@oncall-lab/service-kit/errors'
import type { Program, ProgramSurroundings } from './program.ts'
import { packageDirectory, unpackPackages } from './unpacked-packages.ts'

/** Debian's builds serve their web pages from here and cannot be told another place. */
const SYSTEM = '/usr/share/prometheus'

/** The libraries that the links in Prometheus' `web/static` point at. */
const LIBRARIES = [
  'fonts-glyphicons-halflings',
  'libjs-bootstrap4',
  'libjs-d3',
  'libjs-eonasdan-bootstrap-datetimepicker',
  'libjs-jquery',
  'libjs-jquery-hotkeys',
  'libjs-moment',
  'libjs-moment-timezone',
  'libjs-mustache',
  'libjs-popper.js',
  'libjs-rickshaw',
]

/**
 * As root: puts the web pages of a Debian build in the cache where that build looks for them. Prometheus' are complete;
 * Alertmanager's is one page that says that there are none. Failing costs the pages only, so it is reported and not thrown.
 */
export async function placeWebPages({ name, debian }: Program, around: ProgramSurroundings): Promise<void> {
  if (!around.isRoot) return
  const share = join(packageDirectory(debian.package, around.cache), 'usr', 'share')
  try {
    if (name === 'prometheus') await placePrometheusPages(share, around)
    if (name === 'alertmanager') await placeAlertmanagerPage(join(share, 'prometheus', 'alertmanager', 'no-ui'))
  } catch (error) {
    around.signal.throwIfAborted()
    around.say(`  ${name} will have no web pages, its API only: ${describeError(error)}`)
  }
}

async function placePrometheusPages(share: string, around: ProgramSurroundings): Promise<void> {
  const place = join(SYSTEM, 'web')
  if (await exists(join(place, 'static', 'jquery', 'jquery.min.js'))) return
  // One attempt per cache: without a network each start would wait for it.
  if (!(await exists(join(share, 'javascript')))) {
    await mkdir(join(share, 'javascript'))
    await fetchLibraries(share, around)
  }
  const present = await lstat(place).catch(() => null)
  if (present && !present.isSymbolicLink()) return
  await rm(place, { force: true })
  await mkdir(SYSTEM, { recursive: true })
  await symlink(join(share, 'prometheus', 'web'), place)
}

/** The links below `web/static` are relative, so they find the libraries beside them in the cache. */
async function fetchLibraries(share: string, around: ProgramSurroundings): Promise<void> {
  around.say("  fetching the libraries of Prometheus' web pages (Debian's packages, 3 MB)")
  await unpackPackages(LIBRARIES, around, async (unpacked) => {
    for (const directory of ['javascript', 'fonts-glyphicons', 'nodejs', 'fonts']) {
      const from = join(unpacked, 'usr', 'share', directory)
      if (!(await exists(from))) continue
      await rm(join(share, directory), { recursive: true, force: true })
      await rename(from, join(share, directory))
    }
  })
}

async function placeAlertmanagerPage(page: string): Promise<void> {
  const place = join(SYSTEM, 'alertmanager', 'no-ui')
  if (!(await exists(place))) await cp(page, place, { recursive: true })
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
