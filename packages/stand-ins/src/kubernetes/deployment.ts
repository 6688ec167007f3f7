import type { Condition, Deployment, Pod, PodTemplate, ReplicaSet } from './kinds.ts'
import { timeOf } from './kubernetes-object.ts'
import { suffixOf } from './names.ts'
import { APP, imageOf, NAMESPACE } from './pod-of-instance.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const HISTORY = 'deployment.kubernetes.io/revision-history'
const HASH = 'pod-template-hash'
const LABELS = { app: APP }
const probe = (failureThreshold: number) => ({
  httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' },
  periodSeconds: 2,
  timeoutSeconds: 2,
  failureThreshold,
  successThreshold: 1,
})

/** The deployment as the lab starts it: `replicas` pods of a release. */
export function newDeployment(release: string, replicas: number, now: number): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: APP,
      namespace: NAMESPACE,
      generation: 1,
      creationTimestamp: timeOf(now),
      labels: LABELS,
      annotations: { [REVISION]: '1' },
    },
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      template: templateOf(release),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: { observedGeneration: 1, replicas: 0, conditions: [] },
  }
}

function templateOf(release: string): PodTemplate {
  return {
    metadata: { labels: LABELS },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: APP,
          image: imageOf(release),
          ports: [{ name: 'http', containerPort: 8001, protocol: 'TCP' }],
          livenessProbe: probe(15),
          readinessProbe: probe(1),
          resources: {},
        },
      ],
    },
  }
}

/** Two templates make the same pods. */
export const sameTemplate = (a: PodTemplate, b: PodTemplate) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}

/** The release that a template's image names. */
export function releaseOf({ spec }: PodTemplate): string {
  const image = spec.containers.find(({ name }) => name === APP)?.image ?? ''
  return image.slice(image.lastIndexOf(':') + 1)
}

/** The replica set of one revision of a deployment. */
export function newReplicaSet({ metadata, spec: { template, replicas } }: Deployment, revision: number, now: number): ReplicaSet {
  const hash = suffixOf(`${revision} ${JSON.stringify(sorted(template))}`, 10)
  const labels = { ...template.metadata.labels, [HASH]: hash }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: NAMESPACE,
      generation: 1,
      creationTimestamp: timeOf(now),
      labels,
      annotations: { [REVISION]: String(revision) },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: metadata.name,
          uid: metadata.uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0, fullyLabeledReplicas: 0, observedGeneration: 1 },
  }
}

/** A replica set's template without the hash that the controller added: the deployment's own. */
export function deploymentTemplate({ spec: { template } }: ReplicaSet): PodTemplate {
  const { [HASH]: _, ...labels } = template.metadata.labels
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** The number of a replica set's or a deployment's revision. */
export const revisionOf = ({ metadata }: { metadata: { annotations?: Record<string, string> } }) =>
  Number(metadata.annotations?.[REVISION] ?? 0)

/** The same object under another revision; a replica set keeps those that it was before, as the controller of Kubernetes lets it. */
export function withRevision<T extends Deployment | ReplicaSet>(object: T, revision: number): T {
  const { [REVISION]: before, [HISTORY]: earlier } = object.metadata.annotations ?? {}
  const history = object.kind === 'ReplicaSet' && before !== undefined ? { [HISTORY]: [earlier, before].filter(Boolean).join(',') } : {}
  const annotations = { ...object.metadata.annotations, ...history, [REVISION]: String(revision) }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

export const isReady = ({ status }: Pod) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
export const isLeaving = ({ metadata }: Pod) => metadata.deletionTimestamp !== undefined

/** The replica set with the counts of its pods; `wanted` is how many it shall have, where that is more. */
export function withPods(replicaSet: ReplicaSet, pods: Pod[], wanted = 0): ReplicaSet {
  const own = pods.filter((pod) => !isLeaving(pod) && pod.metadata.ownerReferences?.[0]?.name === replicaSet.metadata.name)
  const ready = own.filter(isReady).length
  return {
    ...replicaSet,
    spec: { ...replicaSet.spec, replicas: Math.max(own.length, wanted) },
    status: {
      replicas: own.length,
      fullyLabeledReplicas: own.length,
      observedGeneration: replicaSet.metadata.generation ?? 1,
      ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    },
  }
}

/** The deployment's status by its pods; `current` is the replica set of its template. */
export function deploymentStatus(deployment: Deployment, pods: Pod[], current: ReplicaSet): Deployment['status'] {
  const staying = pods.filter((pod) => !isLeaving(pod))
  const ready = staying.filter(isReady).length
  const updated = staying.filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === current.metadata.name).length
  const { replicas } = deployment.spec
  const missing = Math.max(replicas - ready, 0)
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    replicas: staying.length,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
    ...(missing > 0 && { unavailableReplicas: missing }),
    conditions: conditionsOf({
      deployment,
      current,
      isAvailable: missing <= 1 && (ready > 0 || replicas === 0),
      isDone: updated >= replicas && missing === 0,
    }),
  }
}

function conditionsOf({
  deployment,
  current,
  isAvailable,
  isDone,
}: {
  deployment: Deployment
  current: ReplicaSet
  isAvailable: boolean
  isDone: boolean
}): Condition[] {
  const wanted: Omit<Condition, 'lastTransitionTime' | 'lastUpdateTime'>[] = [
    isAvailable
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
    isDone
      ? {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${current.metadata.name}" has successfully progressed.`,
        }
      : {
          type: 'Progressing',
          status: 'True',
          reason: 'ReplicaSetUpdated',
          message: `ReplicaSet "${current.metadata.name}" is progressing.`,
        },
  ]
  const now = timeOf(Date.now())
  return wanted.map((condition) => {
    const before = deployment.status.conditions.find(
      ({ type, status, reason }) => type === condition.type && status === condition.status && reason === condition.reason,
    )
    return { ...condition, lastUpdateTime: before?.lastUpdateTime ?? now, lastTransitionTime: before?.lastTransitionTime ?? now }
  })
}
