import { badInput } from '@oncall-lab/service-kit/errors'
import type { EventLog } from './event-log.ts'
import type { Fleet } from './fleet.ts'
import type { Rollout } from './rollout.ts'
import { type LastChange, SETTINGS, type SettingList, type SettingRequest, type SettingResult } from './setting-schema.ts'

type Declared = (typeof SETTINGS)[number]

interface Parts {
  fleet: Pick<Fleet, 'desiredPorts'>
  rollout: Pick<Rollout, 'run'>
  events: Pick<EventLog, 'add'>
  /** Gets the values of a component that takes changes at once. */
  use: (component: Declared['component'], read: (setting: string) => string) => void
}

interface Held {
  value: string
  version: number
  own: Map<number, string>
  last?: LastChange
}

/** The settings that can be changed while the fleet runs; each change has a version and stands in the events with who made it. */
export class SettingsBook {
  readonly #parts: Parts
  readonly #held = new Map<Declared, Held>(SETTINGS.map((each) => [each, { value: each.usual, version: 0, own: new Map() }]))
  #version = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** `GET /settings`. */
  list(): SettingList {
    const settings = [...this.#held].map(([{ component, setting, usual, says }, { value, version, own, last }]) => {
      const ports = [...own].map(([port, value]) => ({ port, value }))
      return { component, setting, value, usual, version, ports, ...(last && { last_change: last }), says }
    })
    return { settings }
  }

  /** The value that an instance on this port gets. */
  valueOf(component: Declared['component'], setting: string, port?: number): string {
    const held = this.#heldOf(component, setting)
    if (!held) throw new Error(`no setting ${component} ${setting}`)
    return (port === undefined ? undefined : held.own.get(port)) ?? held.value
  }

  /** Undefined where nobody has changed it, or there is none. */
  lastChange(component: string, setting: string): LastChange | undefined {
    return this.#heldOf(component, setting)?.last
  }

  #heldOf(component: string, setting: string): Held | undefined {
    return [...this.#held].find(([each]) => each.component === component && each.setting === setting)?.[1]
  }

  /** Without `ports` also for those that had a value of their own. @throws LabError 400, 409. */
  async change(request: SettingRequest, by: string): Promise<SettingResult> {
    const declared = find(request)
    const { component, setting, value: to, ports } = request
    const from = this.valueOf(component, setting, ports?.[0])
    let version = 0
    const set = () => {
      version = this.#set(declared, request, from)
      this.#parts.events.add({ type: 'setting_changed', by, component, setting, from, to, version, ...(ports && { ports }) })
    }
    if (component !== 'inventory') {
      set()
      this.#parts.use(component, (name) => this.valueOf(component, name))
      return { ok: true, version, from, to, restarted: [], remaining: [] }
    }
    const there = this.#parts.fleet.desiredPorts().filter((port) => !ports || ports.includes(port))
    if (there.length === 0) set()
    const { replaced, ...outcome } =
      there.length === 0 ? { ok: true, replaced: [], remaining: [] } : await this.#parts.rollout.run({ by, ports: there, begun: set })
    return { version, from, to, restarted: replaced, ...outcome }
  }

  #set(declared: Declared, { value, ports }: SettingRequest, from: string): number {
    const before = this.#held.get(declared)
    this.#version += 1
    const own = ports ? new Map([...(before?.own ?? []), ...ports.map((port) => [port, value] as const)]) : new Map<number, string>()
    for (const [port, each] of own) if (each === before?.value) own.delete(port)
    const last = { from, to: value, ...(ports && { ports }) }
    this.#held.set(declared, { value: ports ? (before?.value ?? value) : value, version: this.#version, own, last })
    return this.#version
  }
}

function find({ component, setting, value, ports }: SettingRequest): Declared {
  const own = SETTINGS.filter((each) => each.component === component)
  const found = own.find((each) => each.setting === setting)
  if (!found)
    throw badInput(
      'body.setting',
      `must be one of ${own.map((each) => each.setting).join(', ')} for ${component}, got ${JSON.stringify(setting)}`,
    )
  if (!found.pattern.test(value))
    throw badInput('body.value', `is not one that ${setting} can have (${found.says}), got ${JSON.stringify(value)}`)
  if (ports && component !== 'inventory') throw badInput('body.ports', `does not go with ${component}, of which there is one`)
  return found
}
