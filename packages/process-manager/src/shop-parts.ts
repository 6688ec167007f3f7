import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import type { EventLog } from './event-log.ts'
import type { PartName, ShopPart, StartPartResult } from './part-schema.ts'

/** How a part is seen, and what keeps it down. */
export interface KnownPart {
  /** While this file says so, whoever runs the part does not start it; undefined for somebody else's part. */
  holdFile: string | undefined
  /** Asks it; never rejects. */
  answers(): Promise<boolean>
}

interface Options {
  parts: Record<PartName, KnownPart>
  events: Pick<EventLog, 'add'>
  /** For how long a start is awaited; shorter in tests only. */
  startsWithinMs?: number
}

const STARTS_WITHIN_MS = 20_000
const LOOK_EVERY_MS = 200

/** The database and the load balancer: whether they run, and their start. */
export class ShopParts {
  readonly #options: Options
  readonly #starting = new Set<PartName>()

  constructor(options: Options) {
    this.#options = options
  }

  /** `GET /parts`: asks each of them. */
  async list(): Promise<{ parts: ShopPart[] }> {
    // Their names are the keys.
    return { parts: await Promise.all((Object.keys(this.#options.parts) as PartName[]).map((name) => this.#look(name))) }
  }

  /** Starts a part that is down; whoever runs it does so as soon as nothing keeps it down. @throws LabError 409 for one that runs, is being started, or is not ours. */
  async start(name: PartName, by: string): Promise<StartPartResult> {
    const { parts, events, startsWithinMs = STARTS_WITHIN_MS } = this.#options
    const { holdFile, answers } = parts[name]
    const { state } = await this.#look(name)
    if (holdFile === undefined) throw conflict(`The ${name} is not the lab's own, so it is not started from here; ask whoever runs it`)
    if (state !== 'down' || this.#starting.has(name))
      throw conflict(`The ${name} is ${state === 'running' ? 'running' : 'being started'} already`)
    this.#starting.add(name)
    try {
      events.add({ type: 'part_started', by, component: name })
      await rm(holdFile, { force: true })
      for (const deadline = Date.now() + startsWithinMs; Date.now() < deadline; await setTimeout(LOOK_EVERY_MS))
        if (await answers()) return { ok: true, part: name, state: 'running' }
      return { ok: false, part: name, state: 'starting' }
    } finally {
      this.#starting.delete(name)
    }
  }

  async #look(name: PartName): Promise<ShopPart> {
    const { holdFile, answers } = this.#options.parts[name]
    const isRunning = await answers()
    // Nothing keeps it down: then it is being started by whoever runs it. Of somebody else's part nothing else is known.
    const isKeptDown = holdFile === undefined || existsSync(holdFile)
    return { part: name, state: isRunning ? 'running' : isKeptDown ? 'down' : 'starting', is_ours: holdFile !== undefined }
  }
}
