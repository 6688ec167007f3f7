import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import type { Instance } from './api.ts'
import type { Fleet } from './fleet.ts'

type RolledFleet = Pick<Fleet, 'list' | 'desiredPorts' | 'replace'>

/** What is rolled out, and where. */
interface RolloutPlan {
  by: string
  /** Only these; all instances without it. */
  ports?: readonly number[] | undefined
  /** Called before the process on a port is replaced. */
  prepare?: (port: number) => void
  /** Called when it is certain that it begins. */
  begun?: () => void
}

/** How far a rollout came. The ports that it names no more were stopped meanwhile. */
export interface RolloutResult {
  ok: boolean
  replaced: number[]
  failed?: { port: number; reason: string }
  /** Left as they were. */
  remaining: number[]
}

/** One that ends right after its first healthy answer is not up (Kubernetes' `minReadySeconds`). */
const STAYS_UP_MS = 1_000

/**
 * Replaces the processes of instances, one instance at a time (Kubernetes' rolling update with `maxUnavailable: 1`), and stops at the first that does not
 * come up again and stay up. Those that serve nobody come first: if what is new does not run, nobody who serves is lost.
 */
export class Rollout {
  readonly #fleet: RolledFleet
  readonly #staysUpMs: number
  #isRunning = false

  constructor(fleet: RolledFleet, staysUpMs = STAYS_UP_MS) {
    this.#fleet = fleet
    this.#staysUpMs = staysUpMs
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** @throws LabError 409 when one is going on, or when nobody would serve meanwhile. */
  async run(plan: RolloutPlan): Promise<RolloutResult> {
    if (this.#isRunning) throw conflict('A deploy or a rolling restart is going on; wait for its answer')
    const ports = this.#inOrder(plan.ports)
    const all = this.#fleet.desiredPorts()
    if (all.length < 2) throw conflict(`There are ${all.length} instances, so nobody would serve meanwhile: POST /scale to 2 or more first`)
    this.#isRunning = true
    plan.begun?.()
    try {
      return await this.#replaceAll(ports, plan)
    } finally {
      this.#isRunning = false
    }
  }

  async #replaceAll(ports: number[], { by, prepare }: RolloutPlan): Promise<RolloutResult> {
    const replaced: number[] = []
    for (const [index, port] of ports.entries()) {
      prepare?.(port)
      const outcome = await this.#fleet.replace(port, by)
      const reason = outcome.kind === 'failed' ? outcome.reason : outcome.kind === 'up' ? await this.#falls(port) : undefined
      if (reason !== undefined) return { ok: false, replaced, failed: { port, reason }, remaining: ports.slice(index + 1) }
      if (outcome.kind === 'up') replaced.push(port)
    }
    return { ok: true, replaced, remaining: [] }
  }

  /** Why the process on a port is down again; undefined when it stays up. */
  async #falls(port: number): Promise<string | undefined> {
    const stateOf = () => this.#fleet.list().find((instance) => instance.port === port)
    const before = stateOf()
    await setTimeout(this.#staysUpMs)
    const after = stateOf()
    if (!before || !after || before.restarts === after.restarts) {
      return after && ['backoff', 'fatal'].includes(after.state) ? (after.reason ?? 'the new process ended') : undefined
    }
    return after.reason ?? 'the new process ended soon after its first healthy answer'
  }

  #inOrder(chosen: readonly number[] | undefined): number[] {
    const states = new Map(this.#fleet.list().map(({ port, state }) => [port, state] as [number, Instance['state']]))
    const serves = (port: number) => Number(states.get(port) === 'running')
    return this.#fleet
      .desiredPorts()
      .filter((port) => !chosen || chosen.includes(port))
      .sort((a, b) => serves(a) - serves(b) || a - b)
  }
}
