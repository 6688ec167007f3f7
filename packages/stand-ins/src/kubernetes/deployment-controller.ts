import type { Instance } from '@oncall-lab/process-manager/api'
import { describeError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { deploymentTemplate, newDeployment, newReplicaSet, releaseOf, revisionOf, sameTemplate, withRevision } from './deployment.ts'
import type { EventRecorder } from './event-recorder.ts'
import type { FleetClient } from './fleet-client.ts'
import type { Deployment, ReplicaSet } from './kinds.ts'
import type { ObjectStore } from './object-store.ts'
import { APP, imageOf, NAMESPACE } from './pod-of-instance.ts'
import { resourceNamed } from './resource.ts'

const DEPLOYMENTS = resourceNamed('deployments')
const REPLICASETS = resourceNamed('replicasets')

/** The process manager's answer to a release that it does not have. */
const isUnknownRelease = (error: unknown) =>
  error instanceof UpstreamError && (error.upstreamStatus === 400 || error.upstreamStatus === 404)

/** What the controller works with. */
export interface ControllerParts {
  store: ObjectStore
  recorder: EventRecorder
  fleet: FleetClient
  now: () => number
  /** How many pods the nodes have room for. */
  room: number
  onError: (what: string, error: unknown) => void
  /** Called when a change of the fleet has ended, well or not. */
  onChanged: () => Promise<void>
  /** Called with the first replica set. */
  onFirst: (replicaSet: ReplicaSet) => void
}

/**
 * Keeps the deployment and the fleet in step, both ways: what a caller of the API changes is carried out on the fleet, one change after the other; what others
 * do to the fleet stands in the deployment afterwards.
 */
export class DeploymentController {
  readonly #parts: ControllerParts
  #changes: Promise<unknown> = Promise.resolve()
  #underWay = 0
  #unpullable: { image: string; message: string; since: number } | undefined
  #surplusSince: number | undefined

  constructor(parts: ControllerParts) {
    this.#parts = parts
  }

  /** A release that the template names and the fleet does not have, with since when (ms). */
  get unpullable() {
    return this.#unpullable
  }

  /** Since when (ms) more pods are wanted than there is room for. */
  get surplusSince() {
    return this.#surplusSince
  }

  get deployment(): Deployment | undefined {
    return this.#parts.store.get(DEPLOYMENTS, NAMESPACE, APP) as Deployment | undefined // Only deployments are stored there; likewise below.
  }

  get replicaSets(): ReplicaSet[] {
    return this.#parts.store.list(REPLICASETS) as ReplicaSet[]
  }

  /** The replica set of the deployment's template. */
  get current(): ReplicaSet | undefined {
    const template = this.deployment?.spec.template
    return template && this.replicaSets.find((each) => sameTemplate(deploymentTemplate(each), template))
  }

  /** Stores a new spec and begins to carry it out. */
  change(before: Deployment, wanted: Deployment): Deployment {
    const stored = this.#store(before, wanted)
    if (!sameTemplate(before.spec.template, wanted.spec.template)) this.#rollOut(before, stored)
    if (before.spec.replicas !== wanted.spec.replicas) this.#scale(before.spec.replicas, stored)
    return this.deployment ?? stored
  }

  /** Removes the deployment with its replica sets, and stops all instances. */
  remove(deployment: Deployment): void {
    this.#parts.store.remove(DEPLOYMENTS, deployment)
    for (const replicaSet of this.replicaSets) this.#parts.store.remove(REPLICASETS, replicaSet)
    this.carryOut('delete deployment inventory', () => this.#parts.fleet.scale(0))
  }

  /** Takes over what others did to the fleet. */
  follow(instances: Instance[]): void {
    const staying = instances.filter(({ state }) => state !== 'draining' && state !== 'stopping')
    const [first] = staying
    if (this.#underWay > 0 || this.#unpullable || this.#surplusSince !== undefined || !first) return
    const { deployment } = this
    if (!deployment) {
      this.#create(newDeployment(first.release, staying.length, this.#parts.now()))
      return
    }
    const template = structuredClone(deployment.spec.template)
    if (staying.every(({ release }) => release === first.release) && first.release !== releaseOf(template))
      for (const container of template.spec.containers) if (container.name === APP) container.image = imageOf(first.release)
    this.#store(deployment, { ...deployment, spec: { ...deployment.spec, replicas: staying.length, template } })
    this.#takeUpReplicaSet()
  }

  /** Carries out a change of the fleet after those before it; what fails is reported. */
  carryOut(what: string, run: () => Promise<unknown>, onFailure?: (error: unknown) => void): void {
    const { onError, onChanged } = this.#parts
    this.#underWay += 1
    this.#changes = this.#changes
      .then(run)
      .catch((error: unknown) => {
        onError(what, error)
        onFailure?.(error)
      })
      .finally(() => {
        this.#underWay -= 1
        return onChanged().catch((error: unknown) => onError('look at the fleet', error))
      })
  }

  #store(before: Deployment, wanted: Deployment): Deployment {
    const isSame = JSON.stringify(before.spec) === JSON.stringify(wanted.spec)
    const generation = (before.metadata.generation ?? 1) + Number(!isSame)
    return this.#parts.store.put(DEPLOYMENTS, { ...wanted, metadata: { ...wanted.metadata, generation } }) as Deployment
  }

  #create(deployment: Deployment): void {
    this.#parts.store.put(DEPLOYMENTS, deployment)
    const first = this.#takeUpReplicaSet()
    if (first) this.#parts.onFirst(first)
  }

  /** Makes the replica set of the template, or takes an old one up again as the newest revision. */
  #takeUpReplicaSet(): ReplicaSet | undefined {
    const { deployment, current } = this
    if (!deployment) return undefined
    const newest = Math.max(0, ...this.replicaSets.map(revisionOf))
    if (current && revisionOf(current) === newest) return current
    const replicaSet = current ? withRevision(current, newest + 1) : newReplicaSet(deployment, newest + 1, this.#parts.now())
    this.#parts.store.put(DEPLOYMENTS, withRevision(deployment, newest + 1))
    return this.#parts.store.put(REPLICASETS, replicaSet) as ReplicaSet
  }

  #rollOut(before: Deployment, deployment: Deployment): void {
    const { fleet, now } = this.#parts
    this.#takeUpReplicaSet()
    const release = releaseOf(deployment.spec.template)
    const neverStarted = this.#unpullable !== undefined
    this.#unpullable = undefined
    const image = imageOf(release)
    if (release === releaseOf(before.spec.template)) this.carryOut(`restart the pods of ${image}`, () => fleet.rollingRestart())
    else
      this.carryOut(
        `roll out ${image}`,
        async () => {
          const others = (await fleet.instances()).filter((each) => each.release !== release)
          // Back from a release that never started: every pod still runs the old one.
          if (others.length > 0 || !neverStarted) await fleet.deploy(release)
        },
        (error) => {
          // A fleet that is busy or away says nothing about the image.
          if (isUnknownRelease(error)) this.#unpullable = { image, message: describeError(error), since: now() }
        },
      )
  }

  #scale(from: number, deployment: Deployment): void {
    const { fleet, now, recorder, room } = this.#parts
    const { replicas } = deployment.spec
    this.#surplusSince = replicas > room ? now() : undefined
    recorder.record({
      about: deployment,
      reason: 'ScalingReplicaSet',
      message: `Scaled ${replicas > from ? 'up' : 'down'} replica set ${this.current?.metadata.name} to ${replicas}`,
      source: { component: 'deployment-controller' },
      at: new Date(now()).toISOString(),
    })
    this.carryOut(`scale to ${replicas}`, () => fleet.scale(Math.min(replicas, room)))
  }
}
