import { setTimeout } from 'node:timers/promises'
import { holdPart, releasePart } from '@oncall-lab/lab/part-hold'
import { readRunFile } from '@oncall-lab/lab/run-file'
import type { DeployResult, ScaleResult } from '@oncall-lab/process-manager/api'
import type { World } from '../lab/world.ts'
import { breakLog, refusePrometheus, writeLogLine } from './outages.ts'
import type { PlannedStep } from './plan.ts'
import { untilSettled } from './watch-course.ts'

/** Longer than any drill: the drill ends a fault, and this if the drill is killed. */
const TTL_SECONDS = 240
/** An alert that nobody renews ends by itself after that. */
const ALERT_MINUTES = 5

/** What undoes a step; called once. */
export type Undo = () => Promise<void>

/** What a step needs to know. */
interface Performance {
  world: World
  signal: AbortSignal
}

/** Does one step of a plan by the same doors as a person. @throws UpstreamError, or Error when the lab refuses. */
export async function performStep(planned: PlannedStep, { world, signal }: Performance): Promise<Undo> {
  const { step, ports, numbers, seed } = planned
  const some = ports.length > 0 ? { ports } : {}
  switch (step.do) {
    case 'fault':
      await world.fault({ mode: step.mode, ttl_seconds: TTL_SECONDS, ...numbers, ...some })
      return () => world.fault({ mode: 'none' })
    case 'deploy':
      return deploy(world, step.release, some)
    case 'set':
      return changeSetting(world, { component: step.component, setting: step.setting, value: step.value }, some)
    case 'scale':
      await world.change('/scale', { replicas: step.replicas })
      return async () => undefined // Restoring brings the fleet to its size.
    case 'restart':
      if (ports[0] === undefined) await world.change('/rolling-restart', {})
      else await world.change('/restart', { port: ports[0] })
      return async () => undefined
    case 'pause':
    case 'resume':
      return pause(world, step.part, step.do === 'pause')
    case 'move':
      return move(world, ports, step.count)
    case 'kill_instance':
      for (const port of ports) await killInstance(world, port)
      return async () => undefined
    case 'keep_down':
      return keepDown(world, step.part)
    case 'traffic':
      await world.change('/traffic', { profile: step.profile, duration_seconds: TTL_SECONDS, ...numbers })
      return async () => void (await world.change('/traffic', { profile: 'none' }))
    case 'outage':
      return step.of === 'logs' ? breakLog(world.lab) : refusePrometheus(world, numbers.seconds ?? 0)
    case 'log_line':
      return writeLogLine(world, step.message)
    case 'settle':
      await untilSettled(world, signal)
      return async () => undefined
    case 'alert':
      return giveAlert(world, step, seed)
    case 'wait':
      await setTimeout((numbers.seconds ?? 0) * 1_000, undefined, { signal })
      return async () => undefined
  }
}

async function deploy(world: World, release: string, some: { ports?: number[] }): Promise<Undo> {
  const { current } = await world.releases()
  const result = await world.change<DeployResult>('/deploy', { release, ...some })
  // A release that does not start is a fault as well; the drill says what has to be seen.
  if (!result.ok && !result.failed) throw new Error(`${release} could not be deployed: ${JSON.stringify(result)}`)
  return async () => void (await world.change('/deploy', { release: current, ...some }))
}

async function changeSetting(
  world: World,
  change: { component: string; setting: string; value: string },
  some: { ports?: number[] },
): Promise<Undo> {
  const known = (await world.settings()).find(({ component, setting }) => component === change.component && setting === change.setting)
  if (!known) throw new Error(`there is no setting ${change.component} ${change.setting}`)
  await world.change('/settings', { ...change, ...some })
  return async () => void (await world.change('/settings', { ...change, value: known.usual, ...some }))
}

/** Undoing lets it run again, whichever it was. */
function pause(world: World, part: string, isPaused: boolean): Undo {
  const signalPart = (signal: NodeJS.Signals) => {
    const pid = pidOf(world, part)
    if (pid) process.kill(pid, signal)
  }
  signalPart(isPaused ? 'SIGSTOP' : 'SIGCONT')
  return async () => signalPart('SIGCONT')
}

function pidOf({ lab }: World, part: string): number | null | undefined {
  return readRunFile(lab.directory.runFile)?.parts.find(({ name }) => name === part)?.pid
}

/** The first of these ports, and as many others as are asked for. */
async function move(world: World, ports: readonly number[], count: number): Promise<Undo> {
  const known = (await world.instances()).map(({ port }) => port)
  const leaving = [...ports, ...known.filter((port) => !ports.includes(port))].slice(0, count)
  const started: number[] = []
  for (const _ of leaving) started.push(...(await world.change<ScaleResult>('/start', {})).started)
  for (const port of leaving) await world.change('/stop', { port })
  return async () => {
    for (const port of leaving) await world.change('/start', { port })
    for (const port of started) await world.change('/stop', { port })
  }
}

async function killInstance(world: World, port: number): Promise<void> {
  const instance = (await world.instances()).find((each) => each.port === port)
  if (instance?.pid) process.kill(instance.pid, 'SIGKILL')
}

/** Killed, and not started again before the drill ends or somebody starts it. */
function keepDown(world: World, part: string): Undo {
  const { state } = world.lab.directory
  holdPart(state, part, TTL_SECONDS)
  const pid = pidOf(world, part)
  if (pid) process.kill(pid, 'SIGKILL')
  return async () => releasePart(state, part)
}

async function giveAlert(
  world: World,
  { labels, annotations }: { labels: Record<string, string>; annotations: Record<string, string> },
  seed: number,
): Promise<Undo> {
  // Without a beginning Alertmanager takes the end for it.
  const startsAt = new Date().toISOString()
  const alert = { labels: { ...labels, instance: labels.instance ?? `probe-${seed % 1_000}` }, annotations, startsAt }
  await world.giveAlert({ ...alert, endsAt: new Date(Date.now() + ALERT_MINUTES * 60_000).toISOString() })
  return () => world.giveAlert({ ...alert, endsAt: new Date(Date.now() - 1_000).toISOString() })
}
