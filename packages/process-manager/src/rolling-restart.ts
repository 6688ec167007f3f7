import { conflict } from '@oncall-lab/service-kit/errors'
import type { Instance, RollingRestartResult } from './api.ts'
import type { Fleet } from './fleet.ts'

/**
 * Replaces the processes of all instances, one instance at a time (Kubernetes' rolling update with `maxUnavailable: 1`), and stops at the first that does not
 * come up again. Those that serve nobody come first: if what is new does not run, nobody who serves is lost.
 */
export class RollingRestart {
  readonly #fleet: Pick<Fleet, 'list' | 'desiredPorts' | 'replace'>
  #isRunning = false

  constructor(fleet: Pick<Fleet, 'list' | 'desiredPorts' | 'replace'>) {
    this.#fleet = fleet
  }

  /** @throws LabError 409 when one is going on, or when nobody would serve meanwhile. */
  async run(by: string): Promise<RollingRestartResult> {
    if (this.#isRunning) throw conflict('A rolling restart is going on; wait for its answer')
    const ports = this.#inOrder()
    if (ports.length < 2)
      throw conflict(`There are ${ports.length} instances, so nobody would serve meanwhile: POST /scale to 2 or more first`)
    this.#isRunning = true
    try {
      return await this.#restartAll(ports, by)
    } finally {
      this.#isRunning = false
    }
  }

  async #restartAll(ports: number[], by: string): Promise<RollingRestartResult> {
    const restarted: number[] = []
    for (const [index, port] of ports.entries()) {
      const outcome = await this.#fleet.replace(port, by)
      if (outcome.kind === 'failed') {
        return { ok: false, restarted, failed: { port, reason: outcome.reason }, remaining: ports.slice(index + 1) }
      }
      if (outcome.kind === 'up') restarted.push(port)
    }
    return { ok: true, restarted, remaining: [] }
  }

  #inOrder(): number[] {
    const states = new Map(this.#fleet.list().map(({ port, state }) => [port, state] as [number, Instance['state']]))
    const serves = (port: number) => Number(states.get(port) === 'running')
    return this.#fleet.desiredPorts().sort((a, b) => serves(a) - serves(b) || a - b)
  }
}
