import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CliError } from '@oncall-lab/lab/cli-error'
import { Value } from 'typebox/value'
import { Drill, type DrillFile } from './drill.ts'

/** The drills of this repository. */
export const OWN_DRILLS = resolve(import.meta.dirname, '../drills')

/** All drills of the folders, by id; a later folder may replace one of an earlier by its id. @throws CliError that names every file that cannot be used, and why. */
export async function loadDrills(folders: readonly string[]): Promise<Drill[]> {
  const found = new Map<number, Drill>()
  const problems: string[] = []
  for (const folder of folders) {
    const here = new Map<number, string>()
    for (const file of filesIn(folder)) {
      const outcome = await loadDrill(join(folder, file))
      const other = typeof outcome === 'string' ? undefined : here.get(outcome.id)
      if (typeof outcome === 'string') problems.push(outcome)
      else if (other !== undefined) problems.push(`${join(folder, file)}: ${other} beside it has the same id ${outcome.id}`)
      else {
        here.set(outcome.id, file)
        found.set(outcome.id, outcome)
      }
    }
  }
  if (problems.length > 0) throw new CliError(`These drills cannot be used:\n  ${problems.join('\n  ')}`)
  return [...found.values()].toSorted((a, b) => a.id - b.id)
}

/** One drill, or what is wrong with its file. */
async function loadDrill(path: string): Promise<Drill | string> {
  let file: unknown
  try {
    file = ((await import(pathToFileURL(resolve(path)).href)) as { default?: unknown }).default
  } catch (error) {
    return `${path}: ${error instanceof Error ? error.message : error}`
  }
  return readDrill(file, basename(path))
}

/** What a file exports, checked, with its defaults; or what is wrong with it. */
export function readDrill(file: unknown, name: string): Drill | string {
  if (typeof file !== 'object' || file === null) return `${name}: it has no default export; see docs/drills.md`
  const drill = Value.Default(Drill, structuredClone(file as DrillFile)) // Checked in the next line.
  if (!Value.Check(Drill, drill)) {
    const [first] = Value.Errors(Drill, drill)
    return `${name}: ${first?.instancePath.slice(1).replaceAll('/', '.') || 'it'} ${first?.message ?? 'is no drill'}`
  }
  const expected = `${String(drill.id).padStart(2, '0')}-${drill.name}.ts`
  if (name !== expected) return `${name}: by its id and name the file has to be called ${expected}`
  const pattern = drill.truth.names?.flat().find((text) => !isPattern(text))
  return pattern === undefined ? drill : `${name}: truth.names holds ${JSON.stringify(pattern)}, which is no regular expression`
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+-.*\.ts$/.test(name) && !name.endsWith('.test.ts'))
      .toSorted()
  } catch {
    throw new CliError(`There is no folder of drills at ${folder}`)
  }
}
