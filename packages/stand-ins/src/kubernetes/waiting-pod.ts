import type { ContainerStatus, Pod, ReplicaSet } from './kinds.ts'
import { timeOf } from './kubernetes-object.ts'
import { suffixOf, uidOf } from './names.ts'
import { APP, NAMESPACE, ownerOf } from './pod-of-instance.ts'

/** Why a pod that is wanted has no instance: no node has room for it, or its release does not exist. */
export type Waiting = { kind: 'pending'; message: string } | { kind: 'image'; image: string; message: string; nodeName: string }

/** A pod without an instance behind it. */
export function waitingPod({
  replicaSet,
  index,
  since,
  waiting,
}: {
  replicaSet: ReplicaSet
  index: number
  since: number
  waiting: Waiting
}): Pod {
  const seed = `${replicaSet.metadata.name} ${waiting.kind} ${index}`
  const { template } = replicaSet.spec
  const created = timeOf(since)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${replicaSet.metadata.name}-${suffixOf(seed)}`,
      namespace: NAMESPACE,
      uid: uidOf(seed),
      creationTimestamp: created,
      labels: template.metadata.labels,
      ownerReferences: [ownerOf(replicaSet)],
    },
    spec: { ...template.spec, ...(waiting.kind === 'image' && { nodeName: waiting.nodeName }) },
    status: {
      phase: 'Pending',
      conditions:
        waiting.kind === 'pending'
          ? [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message: waiting.message,
                lastProbeTime: null,
                lastTransitionTime: created,
              },
            ]
          : [
              { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: created },
              {
                type: 'Ready',
                status: 'False',
                reason: 'ContainersNotReady',
                message: `containers with unready status: [${APP}]`,
                lastProbeTime: null,
                lastTransitionTime: created,
              },
            ],
      qosClass: 'BestEffort',
      ...(waiting.kind === 'image' && { startTime: created, containerStatuses: [withoutImage(waiting)] }),
    },
  }
}

function withoutImage({ image, message }: { image: string; message: string }): ContainerStatus {
  return {
    name: APP,
    image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ${message}` } },
    lastState: {},
  }
}
