import { CliError } from '@oncall-lab/lab/cli-error'
import type { Drill } from './drill.ts'

/** The drills that the arguments name: ids, names, `smoke`, `hard`, `all`; in the order of their ids, each once. @throws CliError for one that there is not. */
export function selectDrills(drills: readonly Drill[], wanted: readonly string[]): Drill[] {
  const chosen = new Set(wanted.flatMap((word) => select(drills, word)))
  return drills.filter((drill) => chosen.has(drill))
}

function select(drills: readonly Drill[], word: string): Drill[] {
  if (word === 'all') return [...drills]
  if (word === 'smoke' || word === 'hard') return drills.filter(({ sets }) => sets.includes(word))
  const found = drills.filter(({ id, name }) => String(id) === word || name === word)
  if (found.length === 0) throw new CliError(`There is no drill ${JSON.stringify(word)}; ./lab drill list shows them`)
  return found
}
