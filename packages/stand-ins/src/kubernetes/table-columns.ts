import { ageOf } from './age.ts'
import type { Deployment, Endpoints, Event, Node, Pod, ReplicaSet, Service } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

/** One column of `kubectl get`; `wide` ones appear with `-o wide`. */
export interface Column {
  name: string
  type?: 'string' | 'integer'
  wide?: boolean
  cell: (object: KubernetesObject, now: number) => string | number
}

/** The store holds under a resource's name only objects of its kind. */
const column = <T extends KubernetesObject>(
  name: string,
  cell: (object: T, now: number) => string | number,
  shape: Partial<Column> = {},
): Column => ({
  name,
  cell: (object, now) => cell(object as T, now),
  ...shape,
})
const WIDE = { wide: true }
const NAME = column('Name', ({ metadata }) => metadata.name)
const AGE = column('Age', ({ metadata }, now) => ageOf(metadata.creationTimestamp, now))
const join = (parts: string[]) => parts.join(',') || '<none>'
const labels = (given: Record<string, string> = {}) => join(Object.entries(given).map(([key, value]) => `${key}=${value}`))
const containers = (template: Pod['spec']) => join(template.containers.map(({ name }) => name))
const images = (template: Pod['spec']) => join(template.containers.map(({ image }) => image))

/** The columns by resource, as the API server prints them. */
export const COLUMNS: Record<string, Column[]> = {
  namespaces: [NAME, column<KubernetesObject & { status: { phase: string } }>('Status', ({ status }) => status.phase), AGE],
  nodes: [
    NAME,
    column<Node>('Status', nodeStatus),
    column<Node>('Roles', ({ metadata }) =>
      metadata.labels?.['node-role.kubernetes.io/control-plane'] === '' ? 'control-plane' : '<none>',
    ),
    AGE,
    column<Node>('Version', ({ status }) => status.nodeInfo.kubeletVersion),
    column<Node>('Internal-IP', ({ status }) => status.addresses[0]?.address ?? '<none>', WIDE),
    column<Node>('External-IP', () => '<none>', WIDE),
    column<Node>('OS-Image', ({ status }) => status.nodeInfo.osImage, WIDE),
    column<Node>('Kernel-Version', ({ status }) => status.nodeInfo.kernelVersion, WIDE),
    column<Node>('Container-Runtime', ({ status }) => status.nodeInfo.containerRuntimeVersion, WIDE),
  ],
  pods: [
    NAME,
    column<Pod>(
      'Ready',
      ({ spec, status }) => `${status.containerStatuses?.filter(({ ready }) => ready).length ?? 0}/${spec.containers.length}`,
    ),
    column<Pod>('Status', podStatus),
    column<Pod>('Restarts', ({ status }) => status.containerStatuses?.reduce((sum, { restartCount }) => sum + restartCount, 0) ?? 0, {
      type: 'integer',
    }),
    AGE,
    column<Pod>('IP', ({ status }) => status.podIP ?? '<none>', WIDE),
    column<Pod>('Node', ({ spec }) => spec.nodeName ?? '<none>', WIDE),
    column<Pod>('Nominated Node', () => '<none>', WIDE),
    column<Pod>('Readiness Gates', () => '<none>', WIDE),
  ],
  services: [
    NAME,
    column<Service>('Type', ({ spec }) => spec.type),
    column<Service>('Cluster-IP', ({ spec }) => spec.clusterIP),
    column<Service>('External-IP', () => '<none>'),
    column<Service>('Port(s)', ({ spec }) => join(spec.ports.map(({ port, protocol }) => `${port}/${protocol}`))),
    AGE,
    column<Service>('Selector', ({ spec }) => labels(spec.selector), WIDE),
  ],
  endpoints: [
    NAME,
    column<Endpoints>('Endpoints', ({ subsets }) =>
      join(subsets.flatMap(({ addresses = [], ports }) => addresses.flatMap(({ ip }) => ports.map(({ port }) => `${ip}:${port}`)))),
    ),
    AGE,
  ],
  events: [
    column<Event>('Last Seen', ({ lastTimestamp }, now) => ageOf(lastTimestamp, now)),
    column<Event>('Type', ({ type }) => type),
    column<Event>('Reason', ({ reason }) => reason),
    column<Event>('Object', ({ involvedObject: { kind, name } }) => `${kind.toLowerCase()}/${name}`),
    column<Event>('Subobject', ({ involvedObject }) => involvedObject.fieldPath ?? '', WIDE),
    column<Event>('Source', ({ source }) => [source.component, source.host].filter(Boolean).join(', '), WIDE),
    column<Event>('Message', ({ message }) => message),
    column<Event>('First Seen', ({ firstTimestamp }, now) => ageOf(firstTimestamp, now), WIDE),
    column<Event>('Count', ({ count }) => count, { wide: true, type: 'integer' }),
    column<Event>('Name', ({ metadata }) => metadata.name, WIDE),
  ],
  deployments: [
    NAME,
    column<Deployment>('Ready', ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`),
    column<Deployment>('Up-to-date', ({ status }) => status.updatedReplicas ?? 0, { type: 'integer' }),
    column<Deployment>('Available', ({ status }) => status.availableReplicas ?? 0, { type: 'integer' }),
    AGE,
    column<Deployment>('Containers', ({ spec }) => containers(spec.template.spec), WIDE),
    column<Deployment>('Images', ({ spec }) => images(spec.template.spec), WIDE),
    column<Deployment>('Selector', ({ spec }) => labels(spec.selector.matchLabels), WIDE),
  ],
  replicasets: [
    NAME,
    column<ReplicaSet>('Desired', ({ spec }) => spec.replicas, { type: 'integer' }),
    column<ReplicaSet>('Current', ({ status }) => status.replicas, { type: 'integer' }),
    column<ReplicaSet>('Ready', ({ status }) => status.readyReplicas ?? 0, { type: 'integer' }),
    AGE,
    column<ReplicaSet>('Containers', ({ spec }) => containers(spec.template.spec), WIDE),
    column<ReplicaSet>('Images', ({ spec }) => images(spec.template.spec), WIDE),
    column<ReplicaSet>('Selector', ({ spec }) => labels(spec.selector.matchLabels), WIDE),
  ],
}

function nodeStatus({ spec, status }: Node): string {
  const ready = status.conditions.find(({ type }) => type === 'Ready')?.status === 'True' ? 'Ready' : 'NotReady'
  return spec.unschedulable ? `${ready},SchedulingDisabled` : ready
}

/** As kubectl says it: the reason of a container that waits or ended stands before the phase. */
function podStatus({ metadata, status }: Pod): string {
  if (metadata.deletionTimestamp) return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  const [state] = status.containerStatuses?.map((container) => container.state) ?? []
  return state?.waiting?.reason ?? state?.terminated?.reason ?? status.reason ?? status.phase
}
