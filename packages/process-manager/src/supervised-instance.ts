import { setTimeout } from 'node:timers/promises'
import { STABLE_AFTER_MS } from '@oncall-lab/service-kit/restart-policy'
import type { FleetEvent, Instance, InstanceExit } from './api.ts'
import { describeExit } from './exit-text.ts'
import { decideAfterExit } from './give-up-policy.ts'
import type { InventoryProcess, StartInventory } from './inventory-process.ts'
import { becomesHealthy, hangs, type Probing } from './watch-process.ts'

/** What an instance is supervised with. */
export interface Supervision extends Probing {
  start: StartInventory
  decideAfterExit?: typeof decideAfterExit
  /** Who asked for it, as it stands in its events. */
  by: string
  /** Resolves when nobody sends requests to an instance that is draining. */
  released: () => Promise<unknown>
  /** Called at each change of the state and at each exit, before anything else happens. */
  onEvent: (event: Omit<FleetEvent, 'id' | 'at'>, instance: SupervisedInstance) => void
}

/** Longer than a service takes that closes in order, see service-kit's run.ts. */
const STOP_WITHIN_MS = 6_000
/** Shorter than the time that run.ts leaves us to close. */
const HURRIED_STOP_WITHIN_MS = 3_000
const KEPT_EXITS = 20
/** Who does what nobody asked for. */
export const SUPERVISOR = 'the supervisor'

/**
 * Keeps one inventory process running on a port until it is stopped: starting -> running -> (exit) backoff -> starting …, fatal when it was given up, and
 * draining -> stopping at the end or for an orderly restart.
 */
export class SupervisedInstance {
  readonly port: number
  readonly #supervision: Supervision
  readonly #stopping = new AbortController()
  readonly #hurrying = Promise.withResolvers<'hurry'>()
  readonly #done: Promise<void>
  readonly #exits: InstanceExit[] = []
  #process: InventoryProcess | undefined
  #version = { release: 'unknown', commit: 'unknown' }
  #state: Instance['state'] = 'starting'
  #reason: string | null = null
  #startedAt = new Date()
  #restarts = 0
  #lastExit: Instance['last_exit'] = null
  /** Since it was last asked for. */
  #history = { quickExits: 0, starts: [] as number[] }
  #attempt = Promise.withResolvers<boolean>()
  #isAttemptOver = false
  /** Who asked for what happens now; undefined while it runs by itself. */
  #by: string | undefined
  /** Ends the wait for a restart. */
  #wake = () => {}
  /** Aborted when the present process is told to end. */
  #ending = new AbortController()

  constructor(port: number, supervision: Supervision) {
    this.port = port
    this.#supervision = supervision
    this.#by = supervision.by
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
      instance_id: this.#process?.instanceId ?? null,
      ...this.#version,
      state: this.#state,
      reason: this.#reason,
      started_at: this.#process ? this.#startedAt.toISOString() : null,
      restarts: this.#restarts,
      last_exit: this.#lastExit,
      exits: [...this.#exits],
    }
  }

  /** True when the first process since it was asked for became healthy, false when it ended or was given up before. */
  becameHealthy(): Promise<boolean> {
    return this.#attempt.promise
  }

  /** True until `becameHealthy` has settled. */
  get isComingUp(): boolean {
    return !this.#isAttemptOver
  }

  /** In backoff or fatal: starts again at once, and counts its starts anew. */
  revive(by: string): void {
    if (this.#state !== 'backoff' && this.#state !== 'fatal') return
    this.#askAnew(by)
    this.#wake()
  }

  /** Ends the present process in order and starts another one; true when that one became healthy. */
  async replace(by: string): Promise<boolean> {
    const before = this.#process
    if (!before) this.revive(by)
    else {
      this.#askAnew(by)
      await this.#endInOrder(before)
    }
    return this.becameHealthy()
  }

  /**
   * Out of the balancer, then ended in order, by force after 6 s; resolves when it is gone. Safe in any state, and more than once.
   * In a hurry the balancer is not waited for, and the process has 3 s.
   */
  async stop({ by, hurry = false }: { by: string; hurry?: boolean }): Promise<void> {
    if (hurry) this.#hurrying.resolve('hurry')
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort()
      this.#by = by
      this.#settle(false)
      this.#wake()
      if (this.#process) await this.#endInOrder(this.#process)
      else this.#enter('stopping')
    }
    await this.#done
  }

  async #endInOrder(process: InventoryProcess): Promise<void> {
    const hurry = this.#hurrying.promise
    this.#ending.abort()
    if (this.#state === 'running') {
      this.#enter('draining')
      await Promise.race([this.#supervision.released(), hurry, process.exited])
    }
    if (this.#process !== process) return
    this.#enter('stopping')
    process.kill('SIGTERM')
    const killAfter = (ms: number) => globalThis.setTimeout(() => process.kill('SIGKILL'), ms)
    const timers = [killAfter(STOP_WITHIN_MS)]
    void hurry.then(() => timers.push(killAfter(HURRIED_STOP_WITHIN_MS)))
    await process.exited
    timers.forEach(clearTimeout)
  }

  async #supervise(): Promise<void> {
    for (;;) {
      const exit = await this.#runOnce()
      if (this.#stopping.signal.aborted) return
      if (exit.expected) continue
      await this.#waitForRestart(exit)
      if (this.#stopping.signal.aborted) return
      this.#restarts += 1
    }
  }

  /** From the start of a process to its exit. */
  async #runOnce(): Promise<InstanceExit> {
    this.#startedAt = new Date()
    this.#history.starts.push(this.#startedAt.getTime())
    this.#ending = new AbortController()
    const process = this.#supervision.start(this.port)
    const { release, commit } = process
    this.#process = process
    this.#version = { release, commit }
    this.#enter('starting')
    const failure = await this.#follow(process)
    const { code, signal, error } = await process.exited
    const uptime_seconds = Math.round(Date.now() - this.#startedAt.getTime()) / 1_000
    const exit = { at: new Date().toISOString(), code, signal, uptime_seconds, expected: this.#ending.signal.aborted }
    this.#process = undefined
    this.#record(exit, process, failure ?? error)
    // One that was told to end is not the one that is waited for.
    if (!exit.expected) this.#settle(false)
    return exit
  }

  /** Resolves when it has nothing more to look at, with what was wrong with the process if that is why it is ended. */
  async #follow(process: InventoryProcess): Promise<string | undefined> {
    const ending = this.#ending.signal
    let hasEnded = false
    void process.exited.then(() => {
      hasEnded = true
    })
    const isHealthy = await becomesHealthy(this.port, process, this.#supervision, ending)
    if (isHealthy) {
      this.#enter('running')
      this.#settle(true)
    }
    const failure = isHealthy
      ? (await hangs(this.port, process, this.#supervision, ending)) && `gave no answer for ${this.#supervision.hangsAfterMs / 1_000} s`
      : `was not healthy within ${this.#supervision.healthyWithinMs / 1_000} s`
    if (!failure || hasEnded || ending.aborted) return undefined
    if (isHealthy) this.#report({ type: 'unresponsive', reason: failure })
    process.kill('SIGKILL')
    return failure
  }

  #record(exit: InstanceExit, { pid, instanceId }: InventoryProcess, failure: string | undefined): void {
    this.#exits.push(exit)
    if (this.#exits.length > KEPT_EXITS) this.#exits.shift()
    const { at: _, ...event } = exit
    const by = (exit.expected && this.#by) || SUPERVISOR
    this.#supervision.onEvent({ port: this.port, type: 'exit', by, ...(pid !== null && { pid }), instance_id: instanceId, ...event }, this)
    if (exit.expected) return
    const { at, code, signal } = exit
    this.#lastExit = { at, code, signal }
    this.#reason = failure ? `${failure}, ${describeExit(exit)}` : describeExit(exit)
    this.#history.quickExits = exit.uptime_seconds * 1_000 >= STABLE_AFTER_MS ? 1 : this.#history.quickExits + 1
  }

  async #waitForRestart({ at }: InstanceExit): Promise<void> {
    const decide = this.#supervision.decideAfterExit ?? decideAfterExit
    const decision = decide({ ...this.#history, now: Date.parse(at) })
    const how = this.#reason
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    if (decision.kind === 'give_up') {
      this.#enter('fatal', `given up after ${decision.reason}; the last process ${how}`)
      await woken
    } else {
      this.#enter('backoff', `the process ${how}; it is started again ${decision.afterMs / 1_000} s later`)
      const over = new AbortController()
      await Promise.race([woken, setTimeout(decision.afterMs, undefined, { signal: over.signal }).catch(() => undefined)])
      over.abort()
    }
    this.#wake = () => {}
  }

  #askAnew(by: string): void {
    this.#by = by
    this.#history = { quickExits: 0, starts: [] }
    this.#settle(false)
    this.#attempt = Promise.withResolvers()
    this.#isAttemptOver = false
  }

  #settle(isHealthy: boolean): void {
    this.#isAttemptOver = true
    this.#attempt.resolve(isHealthy)
  }

  #enter(state: Instance['state'], reason: string | null = null): void {
    // After stop() only draining and stopping may follow.
    if (this.#stopping.signal.aborted && state !== 'draining' && state !== 'stopping') return
    if (state === this.#state && state === 'stopping') return
    if (state === 'backoff' || state === 'fatal') this.#by = undefined
    this.#state = state
    this.#reason = reason
    this.#report({ type: state, ...(reason !== null && { reason }) })
    if (state === 'running') this.#by = undefined
  }

  #report(event: Pick<FleetEvent, 'type' | 'reason'>): void {
    const { pid, instanceId } = this.#process ?? {}
    this.#supervision.onEvent(
      {
        port: this.port,
        ...event,
        by: this.#by ?? SUPERVISOR,
        ...(typeof pid === 'number' && { pid }),
        ...(instanceId && { instance_id: instanceId }),
      },
      this,
    )
  }
}
