import type { Drill } from '../drill.ts'
import { type Graded, gradeAll } from '../report/scores.ts'
import { readRun } from '../run-folder.ts'

/** What became better and worse from one run to another, by the names of the drills; only what both played with the same seed counts. */
export function compare(drills: readonly Drill[], before: string, after: string): string {
  const [old, fresh] = [before, after].map((run) => gradeAll(drills, readRun(run).records))
  if (!old || !fresh) return 'There is nothing to compare.'
  const pairs = old.flatMap((one) => {
    const other = fresh.find((each) => keyOf(each) === keyOf(one))
    return other ? [{ one, other }] : []
  })
  const won = pairs.filter(({ one, other }) => rank(other) > rank(one))
  const lost = pairs.filter(({ one, other }) => rank(other) < rank(one))
  const line = ({ one, other }: (typeof pairs)[number]) =>
    `  ${one.record.drill} ${one.record.name} seed ${one.record.seed}: ${verdict(one)} → ${verdict(other)}${other.grade.lacks[0] ? `  (${other.grade.lacks[0]})` : ''}`
  return [
    `${pairs.length} runs in both: ${won.length} won, ${lost.length} lost, ${pairs.length - won.length - lost.length} the same.`,
    ...(won.length > 0 ? ['won:', ...won.map(line)] : []),
    ...(lost.length > 0 ? ['lost:', ...lost.map(line)] : []),
  ].join('\n')
}

function keyOf({ record: { drill, seed, round } }: Graded): string {
  return [drill, seed, round].join(' ')
}

function rank({ grade }: Graded): number {
  if (!grade.graded) return 0
  return grade.verified ? 3 : grade.cause && grade.component ? 2 : 1
}

function verdict(graded: Graded): string {
  return [graded.record.outcome, 'wrong', 'right', 'verified'][rank(graded)] ?? ''
}
