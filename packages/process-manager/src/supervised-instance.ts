import { setTimeout } from 'node:timers/promises'
import { decideRestart, STABLE_AFTER_MS } from '@oncall-lab/service-kit/restart-policy'
import type { Instance } from './api.ts'
import type { InstanceClient } from './instance-client.ts'
import type { Exit, InventoryProcess, StartInventory } from './inventory-process.ts'

/** What an instance is supervised with. */
export interface Supervision {
  start: StartInventory
  client: InstanceClient
  /** A start that is not healthy after this long counts as failed. */
  healthyWithinMs: number
  /** Called after each change of the state. */
  onChange: (instance: SupervisedInstance) => void
}

const PROBE_EVERY_MS = 100
/** Shorter than the time that run.ts of the service kit leaves us to close. */
const STOP_WITHIN_MS = 3_000

/** Keeps one inventory process running on a port until it is stopped: starting -> running -> (exit) backoff -> starting … -> stopping. */
export class SupervisedInstance {
  readonly port: number
  readonly #supervision: Supervision
  readonly #stopping = new AbortController()
  readonly #firstAttempt = Promise.withResolvers<boolean>()
  readonly #done: Promise<void>
  #process: InventoryProcess | undefined
  #state: Instance['state'] = 'starting'
  #startedAt: Date | null = null
  #restarts = 0
  #lastExit: Instance['last_exit'] = null

  constructor(port: number, supervision: Supervision) {
    this.port = port
    this.#supervision = supervision
    this.#done = this.#supervise()
  }

  get state(): Instance['state'] {
    return this.#state
  }

  /** The instance as `GET /instances` shows it. */
  describe(): Instance {
    return {
      instance: `127.0.0.1:${this.port}`,
      port: this.port,
      pid: this.#process?.pid ?? null,
      state: this.#state,
      started_at: this.#process && this.#startedAt ? this.#startedAt.toISOString() : null,
      restarts: this.#restarts,
      last_exit: this.#lastExit,
    }
  }

  /** True when the first process became healthy, false when it ended or was given up before. */
  becameHealthy(): Promise<boolean> {
    return this.#firstAttempt.promise
  }

  /** Announces the end: no more a backend, no more restarted. */
  retire(): void {
    this.#stopping.abort()
    this.#change('stopping')
  }

  /** Ends the process in order, by force after 3 s; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#state !== 'stopping') this.retire()
    this.#process?.kill('SIGTERM')
    const force = globalThis.setTimeout(() => this.#process?.kill('SIGKILL'), STOP_WITHIN_MS)
    await this.#done
    clearTimeout(force)
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopping
    for (let quickExits = 0; ; this.#restarts++) {
      const startedAt = new Date()
      const exit = await this.#runOnce(startedAt)
      if (signal.aborted) break
      this.#lastExit = { at: new Date().toISOString(), ...exit }
      quickExits = Date.now() - startedAt.getTime() >= STABLE_AFTER_MS ? 1 : quickExits + 1
      this.#change('backoff')
      await setTimeout(decideRestart(quickExits).afterMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) break
    }
  }

  /** From the start of a process to its exit. */
  async #runOnce(startedAt: Date): Promise<Exit> {
    const process = this.#supervision.start(this.port)
    this.#process = process
    this.#startedAt = startedAt
    this.#change('starting')
    const isHealthy = await this.#awaitHealth(process)
    if (isHealthy) this.#change('running')
    else if (!this.#stopping.signal.aborted) process.kill('SIGKILL')
    this.#firstAttempt.resolve(isHealthy)
    const exit = await process.exited
    this.#process = undefined
    return exit
  }

  async #awaitHealth({ pid, exited }: InventoryProcess): Promise<boolean> {
    const { client, healthyWithinMs } = this.#supervision
    let isOver = false
    void exited.then(() => {
      isOver = true
    })
    const deadline = Date.now() + healthyWithinMs
    while (!isOver && !this.#stopping.signal.aborted && Date.now() < deadline) {
      // Another process may hold the port and answer there.
      if (pid !== null && (await client.findHealthyPid(this.port)) === pid) return !this.#stopping.signal.aborted
      await Promise.race([exited, setTimeout(PROBE_EVERY_MS)])
    }
    return false
  }

  #change(state: Instance['state']): void {
    // Once it is to be stopped it does not come back.
    this.#state = this.#stopping.signal.aborted ? 'stopping' : state
    this.#supervision.onChange(this)
  }
}
