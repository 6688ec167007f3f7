import type { FleetEvent, Instance } from '@oncall-lab/process-manager/api'
import { deploymentStatus, isLeaving, withPods } from './deployment.ts'
import { DeploymentController } from './deployment-controller.ts'
import { EventRecorder } from './event-recorder.ts'
import { endpointsOf, namespaces, shopService } from './fixed-objects.ts'
import type { FleetClient } from './fleet-client.ts'
import { occurrencesOf } from './fleet-occurrences.ts'
import type { Deployment, Node, Pod, ReplicaSet } from './kinds.ts'
import { type MemoryControl, MemoryLimits, memoryLimitOf } from './memory-limits.ts'
import { NodeList, PODS_PER_NODE } from './node-list.ts'
import { ObjectStore } from './object-store.ts'
import { Placement } from './placement.ts'
import { type PodLife, PodLives } from './pod-lives.ts'
import { podOfInstance } from './pod-of-instance.ts'
import { resourceNamed } from './resource.ts'
import { type Waiting, waitingPod } from './waiting-pod.ts'

const PODS = resourceNamed('pods')
const NODES = resourceNamed('nodes')

/** What a cluster is made of. */
export interface ClusterOptions {
  fleet: FleetClient
  /** Milliseconds since 1970. */
  now: () => number
  /** Called with a change of the fleet that failed. */
  onError: (what: string, error: unknown) => void
  /** How memory limits are kept; this machine's processes unless given. */
  memory?: MemoryControl | undefined
}

/**
 * The fleet as a cluster: instances are pods of the deployment `inventory` in the namespace `shop`. The store holds what is served; `refresh` brings it up to
 * date with the fleet.
 */
export class Cluster {
  readonly store = new ObjectStore()
  readonly #nodes: NodeList
  readonly #fleet: FleetClient
  readonly #now: () => number
  readonly #createdAt: number
  readonly #recorder: EventRecorder
  readonly #controller: DeploymentController
  readonly #placement = new Placement()
  readonly #lives = new PodLives()
  readonly #limits: MemoryLimits
  /** By seed: the pods that have an instance. */
  readonly #pods = new Map<string, Pod>()
  #instances: Instance[] = []
  #lastEvent = 0
  #refreshing: Promise<void> | undefined

  constructor({ fleet, now, onError, memory }: ClusterOptions) {
    this.#limits = new MemoryLimits(memory)
    this.#fleet = fleet
    this.#now = now
    this.#createdAt = now()
    this.#nodes = new NodeList(this.#createdAt)
    this.#recorder = new EventRecorder(this.store)
    this.#controller = new DeploymentController({
      store: this.store,
      recorder: this.#recorder,
      fleet,
      now,
      room: this.#nodes.names.length * PODS_PER_NODE,
      onError,
      onChanged: () => this.refresh(),
      onFirst: ({ metadata }) => this.#placement.adopt(metadata.name),
    })
    for (const namespace of namespaces(this.#createdAt)) this.store.put(resourceNamed('namespaces'), namespace)
    this.store.put(resourceNamed('services'), shopService(this.#createdAt))
    this.#publishNodes()
  }

  /** Looks at the fleet anew; calls at the same time share one look. @throws UpstreamError */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#look().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /** The instance that a pod is, and its life; undefined for a pod without one. */
  behind(pod: Pod): { life: PodLife; instance: Instance } | undefined {
    const life = this.#lives.list().find(({ seed }) => this.#pods.get(seed)?.metadata.uid === pod.metadata.uid)
    const instance = this.#instances.find(({ port }) => port === life?.port)
    return life && instance && { life, instance }
  }

  /** The port of an instance that answers: this one, or any other. */
  answeringPort(port: number): number {
    const running = this.#instances.filter(({ state }) => state === 'running').map((each) => each.port)
    return running.includes(port) ? port : (running[0] ?? port)
  }

  /** Stores a deployment's new spec and begins to carry it out. */
  changeDeployment(before: Deployment, wanted: Deployment): Deployment {
    const changed = this.#controller.change(before, wanted)
    this.#publish()
    return this.#controller.deployment ?? changed
  }

  /** Ends all pods of the deployment, which is no more. */
  deleteDeployment(deployment: Deployment): void {
    this.#controller.remove(deployment)
    this.#publish()
  }

  /** Ends a pod; its replica set gets another one. */
  deletePod(pod: Pod): void {
    const behind = this.behind(pod)
    if (behind) this.#controller.carryOut(`delete pod ${pod.metadata.name}`, () => this.#fleet.replace(behind.life.port))
  }

  /** Stores a node as a caller changed it (cordon, labels). */
  changeNode(node: Node): void {
    this.store.put(NODES, node)
    this.#publish()
  }

  /** Lets a node report, or fall silent as when its kubelet is gone; false when there is no such node. */
  setReporting(name: string, reports: boolean): boolean {
    if (!this.#nodes.names.includes(name)) return false
    this.#nodes.setReporting(name, reports, this.#now())
    this.#publish()
    return true
  }

  /** Ends the containers that exceed their memory limit; asks nobody where there is none. @throws UpstreamError */
  async enforceLimits(): Promise<void> {
    const limited = () =>
      [...this.#pods.values()].flatMap((pod) => {
        const limitBytes = memoryLimitOf(pod.spec)
        return limitBytes === undefined ? [] : [{ pod, limitBytes }]
      })
    if (limited().length === 0) return
    await this.refresh()
    this.#limits.enforce(
      limited().flatMap(({ pod, limitBytes }) => {
        const { life, instance } = this.behind(pod) ?? {}
        const isRunning = instance?.state === 'running' || instance?.state === 'starting'
        return life && isRunning && instance.pid !== null ? [{ containerId: life.containerId, pid: instance.pid, limitBytes }] : []
      }),
    )
  }

  async #look(): Promise<void> {
    const { events, next } = await this.#fleet.events(this.#lastEvent)
    this.#instances = await this.#fleet.instances()
    // A process manager that started anew counts anew.
    const isAnew = next < this.#lastEvent
    if (isAnew) this.#lives.clear()
    const later = events.filter(({ id }) => isAnew || id > this.#lastEvent)
    this.#lastEvent = next
    for (const event of later) {
      this.#lives.follow(event)
      this.#place()
    }
    this.#lives.agreeWith(this.#instances)
    this.#place()
    this.#controller.follow(this.#instances)
    this.#publish()
    for (const event of later) this.#record(event)
  }

  #place(): void {
    this.#placement.update(this.#lives.list(), this.#nodeObjects(), this.#controller.current?.metadata.name ?? '')
  }

  /** Puts everything that follows from the fleet into the store. */
  #publish(): void {
    this.#publishNodes()
    const pods = [...this.#podsOfInstances(), ...this.#waitingPods()]
    for (const pod of pods) this.store.put(PODS, pod)
    const names = new Set(pods.map(({ metadata }) => metadata.name))
    for (const gone of this.store.list(PODS)) if (!names.has(gone.metadata.name)) this.store.remove(PODS, gone)
    this.store.put(resourceNamed('endpoints'), endpointsOf(pods, this.#createdAt))
    this.#publishDeployment(pods)
    this.#recorder.forget(this.#now())
  }

  #publishNodes(): void {
    for (const name of this.#nodes.names) {
      const before = this.store.get(NODES, undefined, name) as Node | undefined // Only nodes are stored there.
      this.store.put(NODES, this.#nodes.describe(name, before, this.#now()))
    }
  }

  #publishDeployment(pods: Pod[]): void {
    const { deployment, current } = this.#controller
    if (!deployment || !current) return
    const isOwn = (pod: Pod, replicaSet: ReplicaSet) => pod.metadata.ownerReferences?.[0]?.name === replicaSet.metadata.name
    const others = pods.filter((pod) => !isLeaving(pod) && !isOwn(pod, current)).length
    for (const each of this.#controller.replicaSets) {
      const wanted = each.metadata.name === current.metadata.name ? deployment.spec.replicas - others : 0
      this.store.put(resourceNamed('replicasets'), withPods(each, pods, wanted))
    }
    this.store.put(resourceNamed('deployments'), { ...deployment, status: deploymentStatus(deployment, pods, current) })
  }

  #podsOfInstances(): Pod[] {
    const replicaSets = this.#controller.replicaSets
    this.#pods.clear()
    for (const life of this.#lives.list()) {
      const instance = this.#instances.find(({ port }) => port === life.port)
      const place = this.#placement.of(life.seed)
      const replicaSet = replicaSets.find(({ metadata }) => metadata.name === place?.replicaSet)
      if (!instance || !place || !replicaSet) continue
      const nodeReports = this.#nodes.reports(place.nodeName)
      const isOutOfMemory = (containerId: string) => this.#limits.hasKilled(containerId)
      this.#pods.set(life.seed, podOfInstance({ life, instance, replicaSet, nodeName: place.nodeName, nodeReports, isOutOfMemory }))
    }
    return [...this.#pods.values()]
  }

  #waitingPods(): Pod[] {
    const { deployment, current, unpullable, surplusSince } = this.#controller
    if (!deployment || !current) return []
    const [nodeName = ''] = this.#nodes.names
    const pods = (count: number, since: number, waiting: Waiting) =>
      Array.from({ length: count }, (_, index) => waitingPod({ replicaSet: current, index, since, waiting }))
    if (unpullable) return pods(1, unpullable.since, { kind: 'image', nodeName, image: unpullable.image, message: unpullable.message })
    const nodes = this.#nodes.names.length
    const surplus = deployment.spec.replicas - nodes * PODS_PER_NODE
    if (surplusSince === undefined || surplus <= 0) return []
    return pods(surplus, surplusSince, { kind: 'pending', message: `0/${nodes} nodes are available: ${nodes} Too many pods.` })
  }

  #record(event: FleetEvent): void {
    const life = this.#lives.list().find(({ port }) => port === event.port)
    const pod = life && this.#pods.get(life.seed)
    if (pod) for (const occurrence of occurrencesOf(event, pod)) this.#recorder.record(occurrence)
  }

  #nodeObjects(): Node[] {
    return this.store.list(NODES) as Node[] // Only nodes are stored there.
  }
}
