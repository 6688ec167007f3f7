import { CliError } from '@oncall-lab/lab/cli-error'
import { openLab } from '@oncall-lab/lab/open-lab'
import { openCapsule } from '../capsule/capsule.ts'
import { changeCause } from '../capsule/change-turn.ts'
import { openMovedPrometheus } from '../capsule/moved-prometheus.ts'
import {
  forgetPrometheus,
  keepGradedTape,
  type ReplayMode,
  sendAlertsOf,
  startAgentOnTape,
  startModelFor,
  startPrometheusOver,
  subjectOf,
} from '../capsule/start-replay.ts'
import type { Surroundings } from '../cli.ts'
import { labAgent } from '../contenders/lab-agent.ts'
import type { Drill } from '../drill.ts'
import { type Grade, grade } from '../grade/grade.ts'
import { World } from '../lab/world.ts'
import type { RunRecord } from '../record.ts'

const ANSWERS_WITHIN_MS = 60_000

interface ReplayOptions {
  portOffset: number
  results?: true
  /** The turn from which on another model answers. */
  fork?: number
  change?: string
  query?: string
  /** Seconds after the moment of the recorded look. */
  later?: number
}

/** `drill replay`: the run of a capsule once more, offline; says whether the verdict is the same. @throws CliError when it is not, though nothing was changed. */
export async function replayCapsule(
  drills: readonly Drill[],
  file: string,
  options: ReplayOptions,
  { env, say, stopSignal }: Surroundings,
): Promise<void> {
  const { portOffset, change, query } = options
  const signal = stopSignal()
  using capsule = await openCapsule(file)
  const { record, tape, prometheusData, told } = capsule
  const drill = drills.find(({ id }) => id === record.drill)
  if (!drill) throw new CliError(`There is no drill ${record.drill} here`)
  const lab = openLab(portOffset, env)
  await using stored = await startPrometheusOver(prometheusData, lab, signal)
  await using moved = await openMovedPrometheus(stored.url, endOf(record), told)
  const world = new World(lab, { prometheus: moved.url })
  if (query !== undefined) return say(await answerQuery(world, query, record))
  keepGradedTape(tape, record.broken_at)
  if (change !== undefined) say(`${changeCause(tape, change)} turns changed: the cause is ${change}`)
  if (options.later !== undefined) forgetPrometheus(tape)
  const mode = modeOf(options)
  await using _model = await startModelFor(mode, lab)
  await using agent = await startAgentOnTape({ lab, tape, mode, prometheus: moved.url })
  const subject = subjectOf(tape)
  moved.setPresent(Date.parse(subject.at) + (options.later ?? 0) * 1_000)
  await sendAlertsOf(subject, agent.url)
  const answer = await labAgent().answer({ world, since: 0, opens: Promise.resolve(), deadline: Date.now() + ANSWERS_WITHIN_MS, signal })
  const before = grade(drill, record)
  const after = grade(drill, { ...record, report: answer.report, citations: answer.citations })
  say(`then  ${describe(before, record.report?.cause)}\nnow   ${describe(after, answer.report.cause)}`)
  const isSame = verdictOf(before) === verdictOf(after)
  if (!isSame && change === undefined && mode === 'replay') throw new CliError('The verdict is another one.')
  say(isSame ? 'The verdict is the same.' : 'The verdict is another one.')
}

function modeOf({ results, fork, later }: ReplayOptions): ReplayMode {
  if (fork !== undefined) return `fork-${fork}`
  return results || later !== undefined ? 'results' : 'replay'
}

/** What follows a recording so closely is asked for with it: its pace is taken over some seconds. */
const AFTER_MS = 30_000

/** When the recorded time ended, in ms since 1970. */
function endOf({ broken_at, times }: RunRecord): number {
  return Date.parse(broken_at) + (times.ended ?? 0) * 1_000 + AFTER_MS
}

function describe(one: Grade, cause: string | undefined): string {
  return `${cause ?? 'nothing'} at ${one.confidence}: ${verdictOf(one)}${one.lacks.length > 0 ? ` (${one.lacks.join('; ')})` : ''}`
}

function verdictOf({ verified, cause, component, grounded, cell }: Grade): string {
  return `${verified ? 'verified' : 'not verified'}, cause ${cause ? 'right' : 'wrong'}, component ${component ? 'right' : 'wrong'}, ${grounded ? 'grounded' : 'not grounded'}, ${cell}`
}

/** A query that nobody made then, answered for the time of the diagnosis. */
async function answerQuery({ prometheus }: World, query: string, { broken_at, times }: RunRecord): Promise<string> {
  const at = Date.parse(broken_at) / 1_000 + (times.diagnosed ?? 0)
  const series = await prometheus.query(query, at)
  const lines = series.map(({ labels, points }) => `${JSON.stringify(labels)} ${points[0]?.[1]}`)
  return lines.join('\n') || `No data at ${new Date(at * 1_000).toISOString()}.`
}
