import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CliError } from '@oncall-lab/lab/cli-error'
import type { RunFlags, Surroundings } from '../cli.ts'
import { chooseContenders } from '../contenders/contenders.ts'
import type { Drill } from '../drill.ts'
import { writePage } from '../report/page.ts'
import { gradeAll, scoreAll } from '../report/scores.ts'
import { closingLine, describeReport } from '../report/terminal.ts'
import { runDrills } from '../run/run-drills.ts'
import { createRunFolder, type StoredRecord, writeRecord } from '../run-folder.ts'

/** `drill run`: plays, keeps the records, prints the report card. @throws CliError when a lab was not clean, something leaked, or less was verified than demanded. */
export async function playRun(flags: RunFlags & { chosen: readonly Drill[] }, { env, say, note, stopSignal }: Surroundings): Promise<void> {
  const { chosen, agents, agent, seed, runs, parallel, portOffset, json, leastVerified } = flags
  const contenders = chooseContenders(agents, agent)
  const folder = createRunFolder(new Date())
  const records: StoredRecord[] = []
  const begin = Date.now()
  note(`${chosen.length} drills × ${runs} × ${contenders.length}, ${parallel} labs at a time; records in ${folder}`)
  const onRecord: Parameters<typeof runDrills>[0]['onRecord'] = (record) => records.push({ file: writeRecord(folder, record), record })
  await runDrills({
    drills: chosen,
    contenders,
    seed,
    runs,
    parallel,
    offset: portOffset,
    capsules: flags.capsules ? folder : undefined,
    env,
    say: note,
    onRecord,
    signal: stopSignal(),
  }).finally(() => {
    if (records.length === 0) rmSync(folder, { recursive: true })
  })
  const sorted = records.toSorted((a, b) => a.record.drill - b.record.drill || a.record.round - b.record.round)
  const graded = gradeAll(chosen, sorted)
  const scores = scoreAll(chosen, graded)
  say(describeReport(graded, scores))
  const page = join(folder, 'report.html')
  writePage(page, chosen, graded, scores)
  say(`\n${((Date.now() - begin) / 1_000).toFixed(0)} s. The report card: ${page}   Again: ./lab drill report ${basename(folder)}`)
  if (json) say(closingLine(scores))
  demand(graded, scores, leastVerified)
}

function demand(graded: ReturnType<typeof gradeAll>, scores: ReturnType<typeof scoreAll>, leastVerified: number | undefined): void {
  const problems = graded.flatMap(({ record }) => [
    ...(record.leftovers.length > 0 ? [`${record.drill} ${record.name} left ${record.leftovers.join('; ')}`] : []),
    ...(record.leaks.length > 0 ? [`${record.drill} ${record.name} leaked ${record.leaks.join(', ')}`] : []),
    ...(record.outcome === 'broken' ? [`${record.drill} ${record.name} broke: ${record.why}`] : []),
  ])
  const own = scores.find(({ agent }) => agent === 'lab')
  if (own && leastVerified !== undefined && own.verified.share < leastVerified)
    problems.push(`Verified Resolve is ${own.verified.share.toFixed(2)}, and ${leastVerified} is demanded`)
  if (problems.length > 0) throw new CliError(problems.join('\n'))
}
