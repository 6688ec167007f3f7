import { badInput } from '@oncall-lab/service-kit/errors'
import type { Assignments } from './assignments.ts'
import type { DeployRequest, DeployResult, ReleaseList } from './deploy-schema.ts'
import type { EventLog } from './event-log.ts'
import type { Fleet } from './fleet.ts'
import { decideRanWell, type Reign } from './ran-well.ts'
import type { ReleaseShelf } from './release-shelf.ts'
import type { Rollout } from './rollout.ts'

interface Parts {
  shelf: ReleaseShelf
  assignments: Assignments
  fleet: Pick<Fleet, 'list' | 'desiredPorts'>
  rollout: Rollout
  events: Pick<EventLog, 'add'>
  now?: () => number
}

/** Puts releases on the instances, and knows which ones ran well. */
export class Deployments {
  readonly #parts: Parts
  readonly #now: () => number
  readonly #reigns: Reign[] = []

  constructor(parts: Parts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
    this.#reigns.push({ release: parts.assignments.current.release, from: this.#now(), wasLeft: false })
  }

  /** `GET /releases`. */
  list(): ReleaseList {
    const { shelf, assignments, fleet } = this.#parts
    const instances = fleet.list()
    const releases = shelf.list().map((each) => ({
      ...each,
      ran_well: this.ranWell(each.release),
      ports: instances.filter(({ release, pid }) => pid !== null && release === each.release).map(({ port }) => port),
    }))
    return { current: assignments.current.release, releases }
  }

  /** The releases before the lab began are known to have run well, unless somebody went back from them here. */
  ranWell(release: string): boolean {
    if (this.#reigns.some((reign) => reign.release === release && reign.wasLeft)) return false
    return this.#parts.shelf.isOld(release) || decideRanWell(release, this.#reigns, this.#now())
  }

  /**
   * One instance after the other, each only when the one before is healthy and used by the balancer. The first that is not ends it: that one keeps the
   * release and stays supervised, all others are as they were. @throws LabError 400, 409.
   */
  async deploy({ release, ports }: DeployRequest, by: string): Promise<DeployResult> {
    const { shelf, assignments, rollout, events } = this.#parts
    const installed = shelf.install(release)
    this.#check(ports)
    const from = this.#runs(ports)
    const about = { by, release, from, ports: ports ?? this.#parts.fleet.desiredPorts() }
    const { ok, replaced, failed, remaining } = await rollout.run({
      by,
      ports,
      prepare: (port) => assignments.assign(port, installed),
      begun: () => events.add({ type: 'deploy_started', ...about }),
    })
    if (ok && !ports) {
      assignments.assignAll(installed)
      this.#begin(release)
    }
    const { commit } = installed
    events.add(ok ? { type: 'deploy_finished', ...about } : { type: 'deploy_stopped', ...about, ...failed })
    return { ok, release, commit, deployed: replaced, ...(failed && { failed }), remaining }
  }

  /** What the chosen instances run; of several releases, that of the fleet. */
  #runs(ports: readonly number[] = []): string {
    const { assignments } = this.#parts
    const [only, ...others] = new Set(ports.map((port) => assignments.of(port).release))
    return only !== undefined && others.length === 0 ? only : assignments.current.release
  }

  #check(ports: readonly number[] | undefined): void {
    const there = this.#parts.fleet.desiredPorts()
    const unknown = ports?.find((port) => !there.includes(port))
    if (unknown !== undefined) throw badInput('body.ports', `names ${unknown}, where there is no instance; there are ${there.join(', ')}`)
  }

  #begin(release: string): void {
    const last = this.#reigns.at(-1)
    if (last?.release === release) return
    if (last) Object.assign(last, { to: this.#now(), wasLeft: this.#parts.shelf.isOlder(release, last.release) })
    this.#reigns.push({ release, from: this.#now(), wasLeft: false })
  }
}
