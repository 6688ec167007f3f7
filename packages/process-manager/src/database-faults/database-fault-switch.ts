import { setTimeout } from 'node:timers/promises'
import { conflict, describeError, LabError } from '@oncall-lab/service-kit/errors'
import { KeyedQueue } from '@oncall-lab/service-kit/keyed-queue'
import type { DatabaseFaultMode } from '../api.ts'
import type { ActiveDatabaseFault, DatabaseFault, FaultyDatabase } from './database-fault.ts'
import { DATABASE_FAULTS } from './database-fault-list.ts'

const UNDONE_WITHIN_MS = 20_000
const RECOVER_EVERY_MS = 2_000

interface Held {
  mode: DatabaseFaultMode
  until: number
  fault: ActiveDatabaseFault
}

/** Holds the one fault of the database that may be on. */
export class DatabaseFaultSwitch implements AsyncDisposable {
  readonly #database: FaultyDatabase | undefined
  readonly #faults: readonly DatabaseFault[]
  readonly #queue = new KeyedQueue()
  readonly #closed = new AbortController()
  #held: Held | undefined

  /** Without a database every fault is refused. */
  constructor(database: FaultyDatabase | undefined, faults: readonly DatabaseFault[] = DATABASE_FAULTS) {
    this.#database = database
    this.#faults = faults
  }

  /** What is on. */
  get active(): { mode: DatabaseFaultMode; remaining_seconds: number } | undefined {
    if (!this.#held) return undefined
    const { mode, until } = this.#held
    return { mode, remaining_seconds: Math.max(0, Math.ceil((until - Date.now()) / 1_000)) }
  }

  /** Ends the present fault and begins the one asked for; resolves when it acts. @throws LabError 409 with the reason when that cannot be. */
  turn(mode: DatabaseFaultMode, ttlSeconds: number): Promise<void> {
    return this.#queue.run('fault', async () => {
      const database = this.#database
      if (!database) throw conflict('No database is configured (DATABASE_URL is not postgres://…)')
      const fault = this.#faults.find((candidate) => candidate.mode === mode)
      if (!fault) throw new Error(`no entry for ${mode}`)
      const left = await this.#end()
      if (left) throw conflict(left)
      const until = Date.now() + ttlSeconds * 1_000
      this.#hold({ mode, until, fault: await begin(fault, database, ttlSeconds) })
    })
  }

  /** Ends the present fault; resolves when the database is as before, or after 20 s with why it is not. Undefined when none was on. */
  end(): Promise<{ ok: boolean; error?: string } | undefined> {
    return this.#queue.run('fault', async () => {
      if (!this.#held) return undefined
      const error = await this.#end()
      return error === undefined ? { ok: true } : { ok: false, error }
    })
  }

  /**
   * Undoes what an earlier process manager left behind that was killed; resolves when the database has let it, or when this is closed. To be called
   * before any fault is given.
   */
  async recover(): Promise<void> {
    const database = this.#database
    if (!database) return
    await Promise.all(this.#faults.map((fault) => this.#recover(() => fault.recover?.(database))))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort()
    await this.end()
  }

  async #recover(attempt: () => Promise<void> | undefined): Promise<void> {
    const { signal } = this.#closed
    const isDone = async () => {
      await attempt()
      return true
    }
    while (!signal.aborted && !(await this.#queue.run('fault', isDone).catch(() => false)))
      await setTimeout(RECOVER_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
  }

  #hold(held: Held): void {
    this.#held = held
    const forget = () => {
      if (this.#held === held) this.#held = undefined
    }
    held.fault.over.then(forget, () => undefined)
  }

  async #end(): Promise<string | undefined> {
    if (!this.#held) return undefined
    const { mode, fault } = this.#held
    const tooLate = setTimeout(UNDONE_WITHIN_MS, 'not within 20 s; it is tried again until it is', { ref: false })
    const left = await Promise.race([fault[Symbol.asyncDispose]().then(() => undefined, describeError), tooLate])
    if (left !== undefined) return `${mode} is not undone: ${left}`
    this.#held = undefined
    return undefined
  }
}

async function begin(fault: DatabaseFault, database: FaultyDatabase, ttlSeconds: number): Promise<ActiveDatabaseFault> {
  try {
    return await fault.start(database, ttlSeconds)
  } catch (error) {
    if (error instanceof LabError) throw error
    throw conflict(`The database does not take it: ${describeError(error)}`)
  }
}
