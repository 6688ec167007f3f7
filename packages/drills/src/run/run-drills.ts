import { join } from 'node:path'
import { type CapsuleDraft, draftCapsule } from '../capsule/capsule.ts'
import type { Contender } from '../contenders/contender.ts'
import type { Drill } from '../drill.ts'
import { needsOf, startDrillLab } from '../lab/drill-lab.ts'
import { World } from '../lab/world.ts'
import type { RunRecord } from '../record.ts'
import { playDrill } from './play-drill.ts'

/** The distance of the ports of labs side by side: more than a lab's ports reach. */
const OFFSET_STEP = 500

/** One run to be played. */
interface Job {
  drill: Drill
  seed: number
  round: number
  contender: Contender
  /** Others that answer the same page; none of them, and not the first one, does anything. */
  beside: readonly Contender[]
}

interface RunOptions {
  drills: readonly Drill[]
  contenders: readonly Contender[]
  /** The seed of the first round; each round has the next one. */
  seed: number
  runs: number
  parallel: number
  offset: number
  /** Where a capsule of each run goes, if anywhere. */
  capsules?: string | undefined
  env: Record<string, string | undefined>
  say: (line: string) => void
  onRecord: (record: RunRecord) => void
  signal: AbortSignal
}

/** Plays each drill for each contender in a lab of its own, so many labs at a time as wished for. */
export async function runDrills(options: RunOptions): Promise<void> {
  const { parallel, onRecord } = options
  const jobs = jobsOf(options)
  const work = async (index: number) => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      options.signal.throwIfAborted()
      for (const record of await playJob(job, options.offset + index * OFFSET_STEP, options)) onRecord(record)
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, jobs.length) }, (_, index) => work(index)))
}

/** Each drill for each contender, round after round. */
export function jobsOf({ drills, contenders, seed, runs }: Pick<RunOptions, 'drills' | 'contenders' | 'seed' | 'runs'>): Job[] {
  const rounds = Array.from({ length: runs }, (_, index) => index + 1)
  const [lookers, doers] = [contenders.filter(({ onlyLooks }) => onlyLooks), contenders.filter(({ onlyLooks }) => !onlyLooks)]
  const [first, ...beside] = lookers
  const groups = [...doers.map((contender) => ({ contender, beside: [] })), ...(first ? [{ contender: first, beside }] : [])]
  return rounds.flatMap((round) => drills.flatMap((drill) => groups.map((group) => ({ drill, ...group, round, seed: seed + round - 1 }))))
}

async function playJob(job: Job, offset: number, options: RunOptions): Promise<RunRecord[]> {
  const { env, capsules } = options
  using draft = capsules === undefined ? undefined : draftCapsule()
  const tape = draft && { MODEL_TAPE: `record:${draft.tape}` }
  const { records, lab } = await playInLab(job, offset, { ...options, env: { ...env, ...tape } }, draft)
  const [record] = records
  if (record) await draft?.pack(lab, record, join(capsules ?? '', capsuleName(record)))
  return records
}

async function playInLab(job: Job, offset: number, { env, say, signal }: RunOptions, draft: CapsuleDraft | undefined) {
  const quietly = () => undefined
  await using drillLab = await startDrillLab({ ...needsOf(job.drill), offset, env, say: quietly, signal })
  const { lab, front } = drillLab
  const onPlayed = draft && ((world: World) => draft.look(world))
  return { lab, records: await playDrill({ ...job, world: new World(lab, { front }), say, signal, onPlayed }) }
}

function capsuleName({ drill, name, seed, round, agent }: RunRecord): string {
  return `${String(drill).padStart(2, '0')}-${name}.seed${seed}.run${round}.${agent}.capsule.tar.gz`
}
