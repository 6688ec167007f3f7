import { constants } from 'node:os'
import type { Instance } from '@oncall-lab/process-manager/api'
import type { Condition, ContainerState, ContainerStatus, Pod, PodTemplate, ReplicaSet, TerminatedState } from './kinds.ts'
import { timeOf } from './kubernetes-object.ts'
import { memoryLimitOf } from './memory-limits.ts'
import { suffixOf, uidOf } from './names.ts'
import type { ContainerEnd, PodLife } from './pod-lives.ts'

export const NAMESPACE = 'shop'
export const APP = 'inventory'
const ADDRESS = '127.0.0.1'

/** What a pod is made of. */
export interface PodParts {
  life: PodLife
  instance: Instance
  replicaSet: ReplicaSet
  nodeName: string
  /** False when the node no longer reports: its pods' state is then what was last seen, and not ready. */
  nodeReports: boolean
  /** Whether a container was ended for its memory. */
  isOutOfMemory: (containerId: string) => boolean
}

/** An instance as the pod that a kubelet would report. */
export function podOfInstance({ life, instance, replicaSet, nodeName, nodeReports, isOutOfMemory }: PodParts): Pod {
  const { template } = replicaSet.spec
  const container = containerStatus(life, instance, isOutOfMemory)
  const ready = container.ready && nodeReports
  const started = timeOf(life.createdAt)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(replicaSet, life),
      namespace: NAMESPACE,
      uid: uidOf(life.seed),
      creationTimestamp: started,
      ...(life.deletedAt && { deletionTimestamp: timeOf(life.deletedAt), deletionGracePeriodSeconds: 30 }),
      labels: template.metadata.labels,
      ...(template.metadata.annotations && { annotations: template.metadata.annotations }),
      ownerReferences: [ownerOf(replicaSet)],
    },
    spec: podSpec(template, instance, nodeName),
    status: {
      ...phaseOf(container),
      conditions: conditionsOf({ life, ready, nodeReports }),
      hostIP: ADDRESS,
      podIP: ADDRESS,
      podIPs: [{ ip: ADDRESS }],
      qosClass: memoryLimitOf(template.spec) === undefined ? 'BestEffort' : 'Burstable',
      startTime: started,
      containerStatuses: [{ ...container, ready }],
    },
  }
}

/** A pod runs as soon as its container has begun, also while that is not ready. */
const phaseOf = ({ state, restartCount }: ContainerStatus) => ({
  phase: state.running || restartCount > 0 || state.waiting?.reason === 'CrashLoopBackOff' ? ('Running' as const) : ('Pending' as const),
})

/** The name of the pod that a life is. */
const podName = ({ metadata }: ReplicaSet, { seed }: PodLife) => `${metadata.name}-${suffixOf(seed)}`

/** The reference of a pod to its replica set. */
export function ownerOf({ metadata }: ReplicaSet) {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}

function podSpec({ spec }: PodTemplate, { port, release }: Instance, nodeName: string): Pod['spec'] {
  const containers = spec.containers.map((container) => ({
    ...container,
    image: imageOf(release),
    ports: container.ports.map((each) => ({ ...each, containerPort: port })),
  }))
  return { ...spec, nodeName, containers }
}

/** The image of a release. */
export const imageOf = (release: string) => `${APP}:${release}`

function containerStatus(
  life: PodLife,
  { state, reason, release, commit }: Instance,
  isOutOfMemory: PodParts['isOutOfMemory'],
): ContainerStatus {
  const { lastEnd, containerId, containerStartedAt, restarts, readySince } = life
  const isUp = state !== 'backoff' && state !== 'fatal'
  const now: ContainerState = isUp
    ? { running: { startedAt: timeOf(containerStartedAt) } }
    : { waiting: { reason: 'CrashLoopBackOff', message: `back-off restarting failed container=${APP}${reason ? `: ${reason}` : ''}` } }
  return {
    name: APP,
    image: imageOf(release),
    imageID: `oncall-lab://${APP}@${commit}`,
    containerID: `oncall-lab://${containerId}`,
    ready: readySince !== undefined && isUp,
    started: readySince !== undefined && isUp,
    restartCount: restarts,
    state: now,
    lastState: lastEnd ? { terminated: terminated(lastEnd, isOutOfMemory(lastEnd.containerId)) } : {},
  }
}

/** 128 and the signal's number, as every container runtime reports it. */
function terminated({ at, code, signal, uptimeSeconds, containerId }: ContainerEnd, isOutOfMemory: boolean): TerminatedState {
  const number = signal === null ? undefined : constants.signals[signal as NodeJS.Signals]
  const exitCode = code ?? (number === undefined ? 128 : 128 + number)
  return {
    exitCode,
    reason: isOutOfMemory ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error',
    startedAt: timeOf(Date.parse(at) - uptimeSeconds * 1_000),
    finishedAt: timeOf(at),
    containerID: `oncall-lab://${containerId}`,
  }
}

function conditionsOf({ life, ready, nodeReports }: { life: PodLife; ready: boolean; nodeReports: boolean }): Condition[] {
  const created = timeOf(life.createdAt)
  const changed = timeOf(life.readySince ?? life.lastEnd?.at ?? life.createdAt)
  const status = ready ? ('True' as const) : ('False' as const)
  const why = ready
    ? {}
    : nodeReports
      ? { reason: 'ContainersNotReady', message: `containers with unready status: [${APP}]` }
      : { reason: 'NodeNotReady', message: 'the node of this pod does not report' }
  return [
    { type: 'Initialized', status: 'True', lastProbeTime: null, lastTransitionTime: created },
    { type: 'Ready', status, lastProbeTime: null, lastTransitionTime: changed, ...why },
    { type: 'ContainersReady', status, lastProbeTime: null, lastTransitionTime: changed, ...why },
    { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: created },
  ]
}
