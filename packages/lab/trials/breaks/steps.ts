import { type FleetFaultResult, type Instance, SETTINGS, type SettingList } from '@oncall-lab/process-manager/api'
import { holdPart, releasePart } from '../../src/part-hold.ts'
import { readRunFile } from '../../src/run-file.ts'
import type { Place as WholePlace } from './place.ts'

type Place = Pick<WholePlace, 'fleet' | 'ports' | 'directory'>

/** One thing that breaks, as data; instances are counted from 0. How it is taken back follows from it. */
export type Step =
  | { fault: string; on?: number; fields?: Record<string, number> }
  | { set: readonly [component: string, setting: string, value: string]; on?: number }
  | { deploy: string; on?: number }
  | { scale: number }
  /** A part of the lab is killed, and stays down. */
  | { down: string }
  /** The first instance goes, and another one comes on a port of its own. */
  | { move: true }

const TTL_SECONDS = 600
const USUAL_REPLICAS = 3
const USUAL_RELEASE = 'r4'

/** Breaks it; a setting that an instance does not come up with is set all the same. */
export async function give(place: Place, step: Step): Promise<void> {
  const { fleet, ports } = place
  if ('fault' in step) await fleet('/fault', { mode: step.fault, ttl_seconds: TTL_SECONDS, ...portsOf(place, step.on), ...step.fields })
  else if ('set' in step) await set(place, step.set, step.on)
  else if ('deploy' in step) await fleet('/deploy', { release: step.deploy, ...portsOf(place, step.on) })
  else if ('scale' in step) await fleet('/scale', { replicas: step.scale })
  else if ('down' in step) keepDown(place, step.down)
  else {
    await fleet('/start', { port: ports[2] + 1 })
    await fleet('/stop', { port: ports[0] })
  }
}

/** As it was before `give`; what is so already is left alone. @throws Error where an instance is too busy to take it: then once more, when the other steps are taken back. */
export async function takeBack(place: Place, step: Step): Promise<void> {
  const { fleet, ports } = place
  if ('fault' in step) {
    const { ok, results } = await fleet<FleetFaultResult>('/fault', { mode: 'none' })
    if (!ok) throw new Error(`not taken back: ${JSON.stringify(results)}`)
  } else if ('set' in step) {
    const [component, setting] = step.set
    const usual = SETTINGS.find((each) => each.component === component && each.setting === setting)?.usual ?? ''
    const { settings } = await fleet<SettingList>('/settings')
    const now = settings.find((each) => each.component === component && each.setting === setting)
    if (now?.value !== usual || now.ports.length > 0) await set(place, [component, setting, usual], step.on)
  } else if ('deploy' in step) {
    const { instances } = await fleet<{ instances: Instance[] }>('/instances')
    if (instances.some(({ release }) => release !== USUAL_RELEASE)) await fleet('/deploy', { release: USUAL_RELEASE })
  } else if ('scale' in step) await fleet('/scale', { replicas: USUAL_REPLICAS })
  else if ('down' in step) releasePart(place.directory.state, step.down)
  else {
    await fleet('/start', { port: ports[0] })
    await fleet('/stop', { port: ports[2] + 1 })
  }
}

function keepDown({ directory }: Place, name: string): void {
  holdPart(directory.state, name, TTL_SECONDS)
  const pid = readRunFile(directory.runFile)?.parts.find((part) => part.name === name)?.pid
  if (!pid) throw new Error(`${name} does not run`)
  process.kill(pid, 'SIGKILL')
}

const portsOf = ({ ports }: Place, on: number | undefined) => (on === undefined ? {} : { ports: [ports[on]] })

async function set(place: Place, [component, setting, value]: readonly [string, string, string], on: number | undefined): Promise<void> {
  await place.fleet('/settings', { component, setting, value, ...portsOf(place, on) })
}
