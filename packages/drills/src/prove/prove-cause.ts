import { setTimeout } from 'node:timers/promises'
import type { Drill } from '../drill.ts'
import { startCustomers } from '../lab/customers.ts'
import { type Snapshot, takeSnapshot } from '../lab/snapshot.ts'
import type { World } from '../lab/world.ts'
import { performStep, type Undo } from '../run/perform-step.ts'
import { planDrill } from '../run/plan.ts'
import { restore } from '../run/restore.ts'
import { isBack, takeBaseline, untilMoved, WINDOW_SECONDS } from '../run/watch-course.ts'
import type { Baseline, SliId } from '../sli.ts'
import type { Step } from '../step.ts'
import { type Effect, effectOf } from './effect-size.ts'

const STRETCH_SECONDS = 10
const BACK_WITHIN_MS = 45_000
const LOOKS = 8
const LOOK_EVERY_MS = 500
const BASELINE_WITHIN_MS = 45_000

/**
 * What switching a cause off, on and off again showed. `proved`: well, broken, well, and something else that was switched beside it did not break it. `refuted`: it was
 * on, and all stayed well. `unproven`: it broke and did not recover, or something else breaks it as well.
 */
export interface Proof {
  verdict: 'proved' | 'refuted' | 'unproven'
  why: string
  sli: SliId
  /** Seconds until it was broken, and until it was well again; null where it did not happen. */
  brokenAfter: number | null
  recoveredAfter: number | null
  effect: Effect
  /** The same of the rival. */
  rival: Effect
  leftovers: string[]
}

interface Trial {
  drill: Drill
  /** What is said to be the cause. */
  toggle: readonly Step[]
  /** Something else, which must not do it. */
  rival: readonly Step[]
  seed: number
  world: World
  say: (line: string) => void
  signal: AbortSignal
}

/** Plays a cause in a shadow lab with the same customers: the rival, then off, on, off; by the figure that the drill moves. @throws Error for a drill that moves none. */
export async function proveCause(trial: Trial): Promise<Proof> {
  const { drill, seed, world, signal, say } = trial
  const sli = drill.visible.sli
  if (sli === 'none') throw new Error(`drill ${drill.id} moves no figure, so nothing can be proved by one`)
  const plan = planDrill(
    drill,
    seed,
    (await world.instances()).map(({ port }) => port),
  )
  await using _customers = startCustomers(world.lab, { ...drill.customers, rps: drill.rps, seed: plan.customersSeed })
  const clean = await takeSnapshot(world)
  const before: Undo[] = []
  const planned = (steps: readonly Step[]) => planDrill({ ...drill, before: [], breaks: [...steps] }, seed, [plan.one, plan.other]).steps
  try {
    for (const step of plan.steps) if (step.phase === 'before') before.push(await performStep(step, { world, signal }))
    const usual = (await takeBaseline(world, BASELINE_WITHIN_MS, signal))[sli]
    const faults = plan.steps.filter(({ phase, step }) => phase === 'before' && step.do === 'fault')
    const renew = async () => {
      for (const step of faults) await performStep(step, { world, signal })
    }
    const stage = { world, sli, usual, replicas: drill.replicas, renew, signal }
    say(`  off: ${sli} is ${usual.median.toPrecision(3)}`)
    const rival = await stretch(stage, planned(trial.rival), drill.visible.within_seconds)
    say(`  something else on: ${rival.brokenAfter === null ? 'stays well' : 'breaks as well'}`)
    const own = await stretch(stage, planned(trial.toggle), drill.visible.within_seconds)
    say(
      `  on: ${own.brokenAfter === null ? 'stays well' : `broken after ${own.brokenAfter} s`}; off: ${own.recoveredAfter === null ? 'NOT back' : `back after ${own.recoveredAfter} s`}`,
    )
    return { ...decide(own, rival), sli, ...own, rival: rival.effect, leftovers: await putBack(trial, clean, before) }
  } catch (error) {
    // Of a lab that goes down at once nothing has to be put back.
    if (!signal.aborted) await putBack(trial, clean, before)
    throw error
  }
}

function putBack({ world, drill }: Trial, clean: Snapshot, before: readonly Undo[]): Promise<string[]> {
  return restore(world, clean, before, drill.replicas)
}

interface Stretch {
  brokenAfter: number | null
  recoveredAfter: number | null
  effect: Effect
}

/** Names the verdict. */
export function decide(own: Stretch, rival: Stretch): Pick<Proof, 'verdict' | 'why'> {
  if (own.brokenAfter === null) return { verdict: 'refuted', why: 'it was switched on, and the figure stayed where it was' }
  if (own.recoveredAfter === null) return { verdict: 'unproven', why: 'it was switched off, and the figure did not come back' }
  if (rival.brokenAfter !== null) return { verdict: 'unproven', why: 'something else breaks it as well' }
  if (own.effect.low <= 0 && own.effect.high >= 0) return { verdict: 'unproven', why: 'the difference may be none' }
  return { verdict: 'proved', why: 'well, broken and well again, by this switch and not by another one' }
}

interface Stage {
  world: World
  /** What new processes have to be given again, since it lives in the old ones. */
  renew: () => Promise<void>
  sli: SliId
  usual: Baseline
  replicas: number
  signal: AbortSignal
}

async function stretch(stage: Stage, steps: ReturnType<typeof planDrill>['steps'], withinSeconds: number): Promise<Stretch> {
  const { world, sli, replicas, signal } = stage
  const begin = Date.now()
  const undos: Undo[] = []
  const renews = steps.some(({ step }) => startsProcesses(step))
  for (const step of steps) undos.push(await performStep(step, { world, signal }))
  if (renews) await stage.renew()
  // A deploy restarts the instances, harmless or not: what is looked at holds nothing of that.
  await setTimeout(WINDOW_SECONDS * 1_000, undefined, { signal })
  const movedAt = await untilMovedForGood(stage, Date.now() + withinSeconds * 1_000)
  if (movedAt !== null) await setTimeout((STRETCH_SECONDS / 2) * 1_000, undefined, { signal })
  const off = Date.now()
  for (const undo of undos.toReversed()) await undo()
  if (steps.some(({ step }) => step.do === 'scale')) await world.change('/scale', { replicas })
  if (renews) await stage.renew()
  const backAt = await untilWell(stage, off + BACK_WITHIN_MS)
  await setTimeout((STRETCH_SECONDS / 2) * 1_000, undefined, { signal })
  const course = await world.prometheus.course(sli, Math.floor(begin / 1_000), Math.floor(Date.now() / 1_000))
  const valuesIn = (from: number, to: number) => course.filter(([at]) => at * 1_000 >= from && at * 1_000 <= to).map(([, value]) => value)
  return {
    brokenAfter: movedAt === null ? null : round(movedAt - begin),
    recoveredAfter: backAt === null ? null : round(backAt - off),
    effect: effectOf(valuesIn(movedAt ?? begin, off), valuesIn(backAt ?? off, Date.now())),
  }
}

/** Whether it puts new processes in the place of those that hold the faults of before; also settings of the instances do. */
export function startsProcesses(step: Step): boolean {
  return ['deploy', 'scale', 'restart', 'move', 'kill_instance'].includes(step.do) || (step.do === 'set' && step.component === 'inventory')
}

/** Moved, and still so in most of the looks that follow: one that was slow on a busy machine is no effect. */
async function untilMovedForGood({ world, sli, usual, signal }: Stage, deadline: number): Promise<number | null> {
  for (;;) {
    const movedAt = await untilMoved(world, sli, usual, deadline, signal)
    if (movedAt === null) return null
    let away = 0
    for (let look = 0; look < LOOKS; look += 1) {
      await setTimeout(LOOK_EVERY_MS, undefined, { signal })
      if (!(await isBack(world, sli, usual))) away += 1
    }
    if (away > LOOKS / 2) return movedAt
  }
}

/** Three looks in a row within what is usual. */
async function untilWell({ world, sli, usual, signal }: Stage, deadline: number): Promise<number | null> {
  let good = 0
  while (Date.now() < deadline) {
    await setTimeout(1_000, undefined, { signal })
    good = (await isBack(world, sli, usual)) ? good + 1 : 0
    if (good === 3) return Date.now() - 2_000
  }
  return null
}

function round(ms: number): number {
  return Math.round(ms / 100) / 10
}
