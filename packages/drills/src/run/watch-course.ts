import { setTimeout } from 'node:timers/promises'
import type { World } from '../lab/world.ts'
import { type Baseline, baselineOf, hasMoved, SLIS, type SliId } from '../sli.ts'

const BASELINE_SECONDS = 8
/** What the windows of the figures hold of the time before. */
export const WINDOW_SECONDS = 6
/** A shop that has just opened has no usual figures: the longest window of the agent's looks has to be full, and then some samples of it. */
const OPEN_SECONDS = 16
/** Figures and alerts that are good that often in a row stay so. */
const TIMES_BACK = 3
const LOOK_EVERY_MS = 1_000

const IDS = Object.keys(SLIS) as SliId[] // The keys of a literal.

/** What is usual of each figure, from the last seconds. Waits until there are enough of them and no alert fires. @throws Error when alerts go on firing. */
export async function takeBaseline(world: World, withinMs: number, signal: AbortSignal): Promise<Record<SliId, Baseline>> {
  const begin = Date.now()
  for (;;) {
    await setTimeout(LOOK_EVERY_MS, undefined, { signal })
    const waited = Date.now() - begin
    if (waited < Math.max(OPEN_SECONDS, WINDOW_SECONDS + BASELINE_SECONDS) * 1_000) continue
    const [firing, incidents] = await Promise.all([world.prometheus.firing(), world.incidents()])
    const open = incidents.filter(({ resolved_at }) => resolved_at === null)
    if (firing.length === 0 && open.length === 0) break
    if (waited > withinMs)
      throw new Error(
        `before the break there fired ${firing.map(({ name }) => name).join(', ') || 'what opened incidents that did not end'}`,
      )
  }
  const now = Math.floor(Date.now() / 1_000)
  const baselines = IDS.map(async (id) => {
    const course = await world.prometheus.course(id, now - BASELINE_SECONDS, now)
    return [id, baselineOf(course.map(([, value]) => value))] as const
  })
  return Object.fromEntries(await Promise.all(baselines)) as Record<SliId, Baseline> // One for each id.
}

const SETTLES_WITHIN_MS = 100_000

/** Waits until no alert fires and no incident is open. @throws Error when that takes too long. */
export async function untilSettled(world: World, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + SETTLES_WITHIN_MS
  for (;;) {
    const [firing, incidents] = await Promise.all([world.prometheus.firing(), world.incidents()])
    const open = incidents.filter(({ resolved_at }) => resolved_at === null)
    if (firing.length === 0 && open.length === 0) return
    if (Date.now() > deadline) throw new Error(`what came before does not settle: ${open.map(({ ref }) => ref).join(', ')} are open`)
    await setTimeout(LOOK_EVERY_MS, undefined, { signal })
  }
}

/** Waits until a figure has moved; returns when, in ms since 1970, or null when it did not in time. */
export async function untilMoved(
  world: World,
  id: SliId,
  baseline: Baseline,
  deadline: number,
  signal: AbortSignal,
): Promise<number | null> {
  while (Date.now() < deadline) {
    await setTimeout(LOOK_EVERY_MS / 2, undefined, { signal })
    const value = await readNow(world, id)
    if (value !== null && hasMoved(id, value, baseline)) return Date.now()
  }
  return null
}

/** What `untilBack` saw in the end. */
export interface Recovery {
  sliBack: boolean
  alertsSilent: boolean
  /** When both were so for good, in ms since 1970. */
  at: number | null
}

/** Waits until a figure is as it was and no alert fires, several times in a row. Without a figure the alerts alone count. */
export async function untilBack(
  world: World,
  id: SliId | 'none',
  baseline: Baseline | undefined,
  deadline: number,
  signal: AbortSignal,
): Promise<Recovery> {
  let good = 0
  let last: Omit<Recovery, 'at'> = { sliBack: false, alertsSilent: false }
  for (;;) {
    last = await lookOnce(world, id, baseline).catch(() => ({ sliBack: false, alertsSilent: false }))
    good = last.sliBack && last.alertsSilent ? good + 1 : 0
    if (good === TIMES_BACK) return { ...last, at: Date.now() - (TIMES_BACK - 1) * LOOK_EVERY_MS }
    if (Date.now() > deadline) return { ...last, at: null }
    await setTimeout(LOOK_EVERY_MS, undefined, { signal })
  }
}

async function lookOnce(world: World, id: SliId | 'none', baseline: Baseline | undefined): Promise<Omit<Recovery, 'at'>> {
  const [sliBack, firing] = await Promise.all([
    id === 'none' || baseline === undefined || isBack(world, id, baseline),
    world.prometheus.firing(),
  ])
  return { sliBack, alertsSilent: firing.length === 0 }
}

/** True when a figure is within what was usual. */
export async function isBack(world: World, id: SliId, baseline: Baseline): Promise<boolean> {
  const value = await readNow(world, id)
  return value !== null && !hasMoved(id, value, baseline)
}

/** Null when Prometheus cannot be asked. */
async function readNow(world: World, id: SliId): Promise<number | null> {
  const { query, absent } = SLIS[id]
  return world.prometheus.query(query).then(
    ([series]) => series?.points[0]?.[1] ?? absent,
    () => null,
  )
}

/** All figures from before the break until now, in seconds after it. */
export async function readCourses(world: World, brokenAt: number): Promise<Record<string, [number, number][]>> {
  const start = Math.floor(brokenAt / 1_000) - BASELINE_SECONDS
  const end = Math.floor(Date.now() / 1_000)
  const courses = IDS.map(async (id) => {
    const course = await world.prometheus.course(id, start, end)
    return [id, course.map(([at, value]): [number, number] => [Math.round(at - brokenAt / 1_000), Number(value.toPrecision(4))])] as const
  })
  return Object.fromEntries(await Promise.all(courses))
}

/** The alerts that began to fire since the break. */
export async function readAlerts(world: World, brokenAt: number): Promise<{ name: string; severity: string; at: number }[]> {
  const [start, end] = [Math.floor(brokenAt / 1_000), Math.floor(Date.now() / 1_000)]
  const series = await world.prometheus.queryRange('ALERTS{alertstate="firing",severity!="none"}', start, end)
  const firsts = series.flatMap(({ labels, points }) => {
    const at = points[0]?.[0]
    return at === undefined ? [] : [{ name: labels.alertname ?? '', severity: labels.severity ?? '', at: Math.round(at - start) }]
  })
  return firsts.toSorted((a, b) => a.at - b.at)
}
