import { CliError } from '../cli-error.ts'
import { debianPackages } from './debian-packages.ts'
import { inCache } from './in-cache.ts'
import { officialRelease } from './official-release.ts'
import { onPath } from './on-path.ts'
import { type FoundProgram, PROGRAMS, type Program, type ProgramSource, type ProgramSurroundings } from './program.ts'
import { runTool } from './run-tool.ts'

/** Where programs come from, in the order in which we ask. */
const SOURCES: ProgramSource[] = [onPath, inCache, officialRelease(), debianPackages]

/**
 * The first source whose program runs here.
 * @throws CliError that says what was tried, why each failed, and what to do.
 */
export async function findProgram(
  name: Program['name'],
  around: ProgramSurroundings,
  sources: ProgramSource[] = SOURCES,
): Promise<FoundProgram> {
  const program = PROGRAMS[name]
  const tried: string[] = []
  for (const source of sources) {
    around.signal.throwIfAborted()
    const outcome = await source.find(program, around)
    const found = outcome.kind === 'found' ? await tryOut(program, outcome.path, source) : outcome.reason
    if (typeof found !== 'string') return found
    tried.push(`  ${source.name}: ${found}`)
  }
  around.signal.throwIfAborted()
  throw new CliError(`${name} could not be found or fetched. Tried, in this order:\n${tried.join('\n')}\n${wayOut(program)}`)
}

async function tryOut({ name }: Program, path: string, source: ProgramSource): Promise<FoundProgram | string> {
  try {
    const text = await runTool(path, ['--version'])
    const version = /version (\S+)/.exec(text)?.[1]
    return version ? { name, path, version, from: source.name } : `${path} --version names no version`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function wayOut({ name, release }: Program): string {
  if (process.platform === 'darwin') return `Install it:  brew install ${release.project}`
  return `Install it with your package manager (Debian, Ubuntu: sudo apt-get install --no-install-recommends ${PROGRAMS[name].debian.package}),
or unpack https://github.com/prometheus/${release.project}/releases/tag/v${release.version} into a directory on PATH. Then try again.`
}
