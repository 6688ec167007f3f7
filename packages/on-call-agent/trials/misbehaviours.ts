import { LIMITS } from '../src/functions/limits.ts'
import { misbehavingRun } from '../test-parts/misbehaving-run.ts'
import { MISBEHAVIOURS } from '../test-parts/misbehaviours.ts'

/**
 * Every misbehaviour of a model server, 20 incidents each, with the agent's own limits: who is paged, how late, and whether anything hung or broke. Prints a
 * table; fails when an incident has no page within 30 s. `node trials/misbehaviours.ts [incidents] [at once]`
 */
const INCIDENTS = Number(process.argv[2] ?? 20)
const AT_ONCE = Number(process.argv[3] ?? 10)
const PAGE_WITHIN_MS = 30_000

const limits = { ...LIMITS, pagesPerHour: 0 }
const waiting = [...MISBEHAVIOURS.entries()]
const rows: string[] = []
let failures = 0
let unhandled = 0
process.on('unhandledRejection', () => {
  unhandled += 1
})

async function work(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [number, misbehaviour] = next
    const run = await misbehavingRun({ misbehaviour, incidents: INCIDENTS, limits, attemptMs: 45_000, patienceMs: 180_000 })
    const inTime = run.pageMs.filter((ms) => ms <= PAGE_WITHIN_MS).length
    const isFine =
      inTime === INCIDENTS &&
      run.settled &&
      run.errors.length === 0 &&
      run.madeBy[misbehaviour.ends === 'works' ? 'model' : 'fallback'] === INCIDENTS
    if (!isFine) failures += 1
    const seconds = (ms: number | undefined) => (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`)
    const by = run.madeBy.model > 0 ? `the model (${run.madeBy.model})` : `the facts (${run.madeBy.fallback})`
    rows[number] =
      `| ${misbehaviour.title} | ${inTime} of ${INCIDENTS} | ${seconds(run.pageMs[0])} | ${seconds(run.pageMs.at(-1))} | ${by} | ${seconds(run.allMs)} | ${isFine ? '' : `**missed** ${run.errors.length} errors`} |`
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work))
console.log(
  '| the model server | paged within 30 s | first page | last page | diagnosis made by | all ended after | |\n|---|---|---|---|---|---|---|',
)
for (const row of rows) console.log(row)
console.log(
  `\n${MISBEHAVIOURS.length} misbehaviours × ${INCIDENTS}: ${MISBEHAVIOURS.length - failures} kept, ${failures} missed, ${unhandled} unhandled`,
)
process.exit(failures === 0 && unhandled === 0 ? 0 : 1)
