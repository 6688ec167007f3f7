import { Gauge, Registry } from 'prom-client'
import type { Cluster } from './cluster.ts'
import type { Deployment, Endpoints, Node, Pod } from './kinds.ts'
import { resourceNamed } from './resource.ts'

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']

/** The metrics of kube-state-metrics (https://github.com/kubernetes/kube-state-metrics/tree/main/docs), as far as alerts need them. */
export async function kubeMetrics(cluster: Cluster): Promise<{ type: string; text: string }> {
  const registry = new Registry()
  // The store holds under each resource's name objects of its kind alone.
  addPods(registry, cluster.store.list(resourceNamed('pods')) as Pod[])
  addDeployments(registry, cluster.store.list(resourceNamed('deployments')) as Deployment[])
  addNodes(registry, cluster.store.list(resourceNamed('nodes')) as Node[])
  addEndpoints(registry, cluster.store.list(resourceNamed('endpoints')) as Endpoints[])
  return { type: registry.contentType, text: await registry.metrics() }
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[]): Gauge {
  return new Gauge({ name, help, labelNames, registers: [registry] })
}

const POD = ['namespace', 'pod']

function addPods(registry: Registry, pods: Pod[]): void {
  const info = gauge(registry, 'kube_pod_info', 'Information about a pod.', [
    ...POD,
    'node',
    'host_ip',
    'pod_ip',
    'created_by_kind',
    'created_by_name',
    'uid',
  ])
  const phase = gauge(registry, 'kube_pod_status_phase', 'The phase of a pod.', [...POD, 'phase'])
  const ready = gauge(registry, 'kube_pod_status_ready', 'Is the pod ready?', [...POD, 'condition'])
  const restarts = gauge(registry, 'kube_pod_container_status_restarts_total', 'The restarts of a container.', [...POD, 'container'])
  const waiting = gauge(registry, 'kube_pod_container_status_waiting_reason', 'Why a container waits.', [...POD, 'container', 'reason'])
  const ended = gauge(registry, 'kube_pod_container_status_last_terminated_reason', 'Why a container ended last.', [
    ...POD,
    'container',
    'reason',
  ])
  const exitCode = gauge(registry, 'kube_pod_container_status_last_terminated_exitcode', 'The exit code of the last end.', [
    ...POD,
    'container',
  ])
  for (const { metadata, spec, status } of pods) {
    const labels = { namespace: metadata.namespace ?? '', pod: metadata.name }
    const [owner] = metadata.ownerReferences ?? []
    info.set(
      {
        ...labels,
        node: spec.nodeName ?? '',
        host_ip: status.hostIP ?? '',
        pod_ip: status.podIP ?? '',
        created_by_kind: owner?.kind ?? '',
        created_by_name: owner?.name ?? '',
        uid: metadata.uid ?? '',
      },
      1,
    )
    for (const each of PHASES) phase.set({ ...labels, phase: each }, Number(status.phase === each))
    const isReady = status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
    ready.set({ ...labels, condition: 'true' }, Number(isReady))
    ready.set({ ...labels, condition: 'false' }, Number(!isReady))
    for (const { name: container, restartCount, state, lastState } of status.containerStatuses ?? []) {
      restarts.set({ ...labels, container }, restartCount)
      if (state.waiting) waiting.set({ ...labels, container, reason: state.waiting.reason }, 1)
      if (lastState.terminated) ended.set({ ...labels, container, reason: lastState.terminated.reason }, 1)
      if (lastState.terminated) exitCode.set({ ...labels, container }, lastState.terminated.exitCode)
    }
  }
}

function addDeployments(registry: Registry, deployments: Deployment[]): void {
  const names = ['namespace', 'deployment']
  const wanted = gauge(registry, 'kube_deployment_spec_replicas', 'How many pods are wanted.', names)
  const available = gauge(registry, 'kube_deployment_status_replicas_available', 'How many pods are available.', names)
  const updated = gauge(registry, 'kube_deployment_status_replicas_updated', 'How many pods have the newest template.', names)
  for (const { metadata, spec, status } of deployments) {
    const labels = { namespace: metadata.namespace ?? '', deployment: metadata.name }
    wanted.set(labels, spec.replicas)
    available.set(labels, status.availableReplicas ?? 0)
    updated.set(labels, status.updatedReplicas ?? 0)
  }
}

function addNodes(registry: Registry, nodes: Node[]): void {
  const condition = gauge(registry, 'kube_node_status_condition', 'The condition of a node.', ['node', 'condition', 'status'])
  const unschedulable = gauge(registry, 'kube_node_spec_unschedulable', 'Is the node cordoned?', ['node'])
  for (const { metadata, spec, status } of nodes) {
    unschedulable.set({ node: metadata.name }, Number(spec.unschedulable ?? false))
    for (const { type, status: is } of status.conditions)
      for (const each of ['True', 'False', 'Unknown'])
        condition.set({ node: metadata.name, condition: type, status: each.toLowerCase() }, Number(is === each))
  }
}

function addEndpoints(registry: Registry, endpoints: Endpoints[]): void {
  const address = gauge(registry, 'kube_endpoint_address', 'The addresses of a service.', ['namespace', 'endpoint', 'ready'])
  for (const { metadata, subsets } of endpoints) {
    const count = (which: 'addresses' | 'notReadyAddresses') => subsets.reduce((sum, subset) => sum + (subset[which]?.length ?? 0), 0)
    const labels = { namespace: metadata.namespace ?? '', endpoint: metadata.name }
    address.set({ ...labels, ready: 'true' }, count('addresses'))
    address.set({ ...labels, ready: 'false' }, count('notReadyAddresses'))
  }
}
