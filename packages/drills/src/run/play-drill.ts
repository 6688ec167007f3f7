import { setTimeout } from 'node:timers/promises'
import { type Answer, type Call, type Contender, NoAnswer } from '../contenders/contender.ts'
import type { Drill } from '../drill.ts'
import { startCustomers } from '../lab/customers.ts'
import { type LogWatch, watchLog } from '../lab/log-watch.ts'
import { type Snapshot, takeSnapshot } from '../lab/snapshot.ts'
import type { World } from '../lab/world.ts'
import type { RunRecord } from '../record.ts'
import { type Baseline, remembersMs, type SliId } from '../sli.ts'
import { findHarm } from './find-harm.ts'
import { findLeaks } from './find-leaks.ts'
import { performStep, type Undo } from './perform-step.ts'
import { type Plan, planDrill } from './plan.ts'
import { restore } from './restore.ts'
import { secondsAfter } from './stopwatch.ts'
import { isBack, readAlerts, readCourses, takeBaseline, untilBack, untilMoved } from './watch-course.ts'

const BASELINE_WITHIN_MS = 45_000
const ANSWERS_WITHIN_MS = 60_000
const BACK_WITHIN_MS = 20_000
/** Where nothing is done the windows of the slowest alert have to run out. */
const BACK_BY_ITSELF_WITHIN_MS = 45_000

interface Play {
  drill: Drill
  seed: number
  round: number
  contender: Contender
  /** Others that answer the same page and do nothing. */
  beside: readonly Contender[]
  world: World
  say: (line: string) => void
  /** Called before anything is undone. */
  onPlayed?: ((world: World) => Promise<void>) | undefined
  signal: AbortSignal
}

/** Plays one drill in a lab that runs for it alone, from the first customer until the lab is as it was; a record for each who answers. Whatever goes wrong becomes the outcome of the record. */
export async function playDrill(play: Play): Promise<RunRecord[]> {
  const { drill, seed, round, contender, world } = play
  const begin = Date.now()
  const plan = planDrill(
    drill,
    seed,
    (await world.instances()).map(({ port }) => port),
  )
  const record = emptyRecord(play, plan, await contender.model(world))
  await using customers = startCustomers(world.lab, { ...drill.customers, rps: drill.rps, seed: plan.customersSeed })
  const undos: Undo[] = []
  const others: OtherAnswer[] = []
  const clean = await takeSnapshot(world)
  try {
    await perform(play, plan, 'before', undos)
    await playBreak(play, { plan, record, others }, undos)
  } catch (error) {
    play.signal.throwIfAborted()
    if (error instanceof NoAnswer) Object.assign(record, { outcome: error.outcome, why: error.message })
    else Object.assign(record, { outcome: 'broken', why: error instanceof Error ? error.message : String(error) })
  }
  if (!customers.isRunning()) Object.assign(record, { outcome: 'broken', why: 'the customers ended early' })
  await play.onPlayed?.(world)
  record.leftovers = await restore(world, clean, undos, drill.replicas)
  record.seconds = Math.round((Date.now() - begin) / 100) / 10
  const records = [record, ...others.map((other) => ({ ...record, ...other }))]
  for (const each of records) play.say(describe(each, round, seed))
  return records
}

/** What a record of somebody who answered beside has of its own. */
type OtherAnswer = Pick<RunRecord, 'agent' | 'model' | 'report' | 'citations'>

function emptyRecord({ drill, seed, round, contender }: Play, plan: Plan, model: string): RunRecord {
  return {
    version: 1,
    drill: drill.id,
    name: drill.name,
    seed,
    round,
    agent: contender.name,
    model,
    began_at: new Date().toISOString(),
    broken_at: '',
    outcome: 'broken',
    why: '',
    plan: plan.steps.map(({ phase, step, ports }) => ({ phase, step, ports })),
    broken: plan.broken.map((port) => `127.0.0.1:${port}`),
    times: { moved: null, fired: null, paged: null, diagnosed: null, acted: null, recovered: null, ended: null },
    baseline: {},
    course: {},
    alerts: [],
    report: null,
    citations: [],
    actions: [],
    ticket: null,
    sli_back: false,
    alerts_silent: false,
    harm: [],
    leftovers: [],
    leaks: [],
    usage: { calls: 0, functions: 0, input_tokens: 0, output_tokens: 0 },
    seconds: 0,
  }
}

async function perform({ world, signal }: Play, plan: Plan, phase: 'before' | 'break', undos: Undo[]): Promise<void> {
  for (const step of plan.steps) if (step.phase === phase) undos.push(await performStep(step, { world, signal }))
}

interface Written {
  plan: Plan
  record: RunRecord
  others: OtherAnswer[]
}

async function playBreak(play: Play, { plan, record, others }: Written, undos: Undo[]): Promise<void> {
  const { drill, contender, world, signal } = play
  const baseline = await takeBaseline(world, BASELINE_WITHIN_MS, signal)
  record.baseline = baseline
  const before = await takeSnapshot(world)
  const brokenAt = Date.now()
  record.broken_at = new Date(brokenAt).toISOString()
  const answerBy = brokenAt + drill.alert_within_seconds * 1_000 + ANSWERS_WITHIN_MS
  const ending = new AbortController()
  const watch = AbortSignal.any([signal, ending.signal])
  const moved = watchMove(play, baseline, brokenAt, watch)
  const opening = Promise.withResolvers<void>()
  if (!plan.steps.some(({ step }) => step.do === 'pause')) opening.resolve()
  const call = { world, since: brokenAt, opens: opening.promise, deadline: answerBy, signal: watch }
  const beside = Promise.all(play.beside.map((other) => answerBeside(other, call)))
  beside.catch(() => undefined)
  const answered = contender.answer(call)
  answered.catch(() => undefined) // It is awaited below; until then a failure is no accident.
  try {
    using early = watchLog(world)
    await perform(play, plan, 'break', undos)
    opening.resolve()
    const broken = await takeSnapshot(world, before).catch(() => before)
    // A log that the break itself takes away is watched from then on.
    const takesLog = plan.steps.some(({ step }) => step.do === 'outage' && step.of === 'logs')
    using late = watchLog(world)
    const log = takesLog ? late : early
    record.times.moved = secondsAfter(brokenAt, await moved)
    if (record.times.moved === null && drill.visible.sli !== 'none') throw new Void(`${drill.visible.sli} did not move`)
    await demandStillBroken(play, baseline)
    const answer = await withinAlertTime(play, answered, brokenAt)
    await takeAnswer(play, { record, plan, answer, brokenAt })
    others.push(...(await beside))
    await followUp(play, { record, answer, baseline, before, broken, log, brokenAt })
    record.outcome = 'answered'
  } catch (error) {
    if (!(error instanceof Void)) throw error
    Object.assign(record, { outcome: 'void', why: error.message })
  } finally {
    ending.abort()
    await moved.catch(() => undefined)
    await readCourse(world, record, brokenAt)
  }
}

async function answerBeside(contender: Contender, call: Call): Promise<OtherAnswer> {
  const { report, citations } = await contender.answer(call)
  return { agent: contender.name, model: await contender.model(call.world), report, citations }
}

/** The break was not to be seen: the run says nothing about anybody. */
class Void extends Error {
  override readonly name = 'Void'
}

function watchMove(
  { drill, world }: Play,
  baseline: Record<SliId, Baseline>,
  brokenAt: number,
  signal: AbortSignal,
): Promise<number | null> {
  const { sli, within_seconds } = drill.visible
  if (sli === 'none') return Promise.resolve(null)
  const moved = untilMoved(world, sli, baseline[sli], brokenAt + within_seconds * 1_000, signal)
  moved.catch(() => undefined)
  return moved
}

/** Where the break has ended and its effect shall go on. */
async function demandStillBroken({ drill, world, signal }: Play, baseline: Record<SliId, Baseline>): Promise<void> {
  const { sli, still_after_seconds } = drill.visible
  if (sli === 'none' || still_after_seconds === undefined) return
  await setTimeout(still_after_seconds * 1_000, undefined, { signal })
  if (await isBack(world, sli, baseline[sli])) throw new Void(`${sli} came back by itself`)
}

/** A page that does not come is the alerting's failure, not the agent's: it shall not cost the time of an answer. */
async function withinAlertTime({ drill, world, signal }: Play, answered: Promise<Answer>, brokenAt: number): Promise<Answer> {
  const ending = new AbortController()
  const silence = async (): Promise<never> => {
    await setTimeout(drill.alert_within_seconds * 1_000, undefined, { signal: AbortSignal.any([signal, ending.signal]) })
    const alerts = await readAlerts(world, brokenAt)
    if (alerts.length > 0 || drill.visible.sli === 'none') return new Promise(() => undefined)
    throw new NoAnswer('no_alert', `no alert fired within ${drill.alert_within_seconds} s`)
  }
  const quiet = silence()
  quiet.catch(() => undefined)
  try {
    return await Promise.race([answered, quiet])
  } finally {
    ending.abort()
  }
}

async function takeAnswer(
  { drill, say }: Play,
  { record, plan, answer, brokenAt }: { record: RunRecord; plan: Plan; answer: Answer; brokenAt: number },
) {
  record.report = answer.report
  record.citations = answer.citations
  record.usage = answer.usage
  record.times.paged = secondsAfter(brokenAt, answer.pagedAt)
  record.times.diagnosed = secondsAfter(brokenAt, answer.answeredAt)
  record.leaks = findLeaks(drill, plan.steps, answer.read)
  say(
    `  ${drill.id} ${drill.name}: ${answer.report.status} ${answer.report.cause} (${answer.report.confidence}) after ${record.times.diagnosed} s`,
  )
}

interface Aftermath {
  record: RunRecord
  answer: Answer
  baseline: Record<SliId, Baseline>
  before: Snapshot
  /** As the break alone left it. */
  broken: Snapshot
  log: LogWatch
  brokenAt: number
}

async function followUp(
  { drill, world, signal }: Play,
  { record, answer, baseline, before, broken, log, brokenAt }: Aftermath,
): Promise<void> {
  const { actions, ticket } = await answer.followUp(drill.least.is === 'ticket' ? 'ticket' : 'act')
  record.actions = actions.map(({ atMs, ...action }) => ({ ...action, at: secondsAfter(brokenAt, atMs) }))
  record.ticket = ticket
  const firstAct = record.actions.flatMap(({ at }) => (at === null ? [] : [at])).toSorted((a, b) => a - b)[0]
  record.times.acted = firstAct ?? null
  const sli = drill.visible.sli
  // What nothing was done about comes back only where it does by itself.
  const actedPatience = BACK_WITHIN_MS + (sli === 'none' ? 0 : remembersMs(sli))
  const patience = drill.least.is === 'nothing' ? BACK_BY_ITSELF_WITHIN_MS : firstAct === undefined ? 0 : actedPatience
  const recovery = await untilBack(world, sli, sli === 'none' ? undefined : baseline[sli], Date.now() + patience, signal)
  record.sli_back = recovery.sliBack
  record.alerts_silent = recovery.alertsSilent
  record.times.recovered = secondsAfter(brokenAt, recovery.at)
  record.harm = await findHarm(world, broken, { drill, before, log, baseline, actions: record.actions, sliBack: recovery.sliBack })
  const last = await answer.last?.()
  if (!last) return
  record.last_report = last.report
  record.times.last_diagnosed = secondsAfter(brokenAt, last.answeredAt)
}

async function readCourse(world: World, record: RunRecord, brokenAt: number): Promise<void> {
  record.times.ended = secondsAfter(brokenAt, Date.now())
  record.alerts = await readAlerts(world, brokenAt).catch(() => [])
  record.times.fired = record.alerts[0]?.at ?? null
  record.course = await readCourses(world, brokenAt).catch(() => ({}))
}

function describe(record: RunRecord, round: number, seed: number): string {
  const left = record.leftovers.length > 0 ? `; NOT CLEAN: ${record.leftovers.join('; ')}` : ''
  const why = record.outcome === 'answered' ? '' : ` (${record.why})`
  return `  ${record.drill} ${record.name} seed ${seed}, run ${round}, ${record.agent}: ${record.outcome}${why}, ${record.seconds} s${left}`
}
