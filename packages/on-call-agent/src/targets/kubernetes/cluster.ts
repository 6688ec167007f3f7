import { dictionary, memberOf } from '@oncall-lab/service-kit/dictionary'
import type { Incident } from '../../api.ts'
import { notSeen } from '../target.ts'
import type { KubernetesClient } from './client.ts'
import type { Deployment, Endpoints, Event, Node, Pod, ReplicaSet } from './objects.ts'
import type { ClusterEntry } from './settings.ts'

/** A configured cluster. */
export interface Cluster {
  name: string
  entry: ClusterEntry
  client: KubernetesClient
}

/** Where the service of an incident runs. */
export interface ServicePlace {
  cluster: Cluster
  namespace: string
  deployment: string
}

/** The lab's own parts count as the shop, whose pods are those of `inventory`. */
const STANDS_FOR = dictionary({ 'load-balancer': 'inventory', 'process-manager': 'inventory' })

/** Which cluster, namespace and deployment an incident is about: by its service, else by the labels of its alerts (`namespace`, `deployment`, `pod`, `node`). */
export function findPlace(clusters: readonly Cluster[], { service, alerts }: Incident): ServicePlace | undefined {
  for (const cluster of clusters) {
    const { services, namespaces } = cluster.entry
    const known = memberOf(services, service) ?? memberOf(services, STANDS_FOR[service] ?? '')
    if (known) return { cluster, ...known }
    for (const { labels } of alerts) {
      const ofNamespace = labels.namespace !== undefined && namespaces.includes(labels.namespace)
      const listed = Object.values(services).find(({ namespace }) => ofNamespace && namespace === labels.namespace)
      if (ofNamespace && labels.namespace)
        return { cluster, namespace: labels.namespace, deployment: labels.deployment ?? listed?.deployment ?? '' }
      // An alert of a node names no namespace: what runs there is the first service.
      const [first] = Object.values(services)
      if (labels.node !== undefined && first) return { cluster, ...first }
    }
  }
  return undefined
}

/** @throws LabError `not_seen` */
export function requirePlace(clusters: readonly Cluster[], incident: Incident): ServicePlace {
  const place = findPlace(clusters, incident)
  if (place) return place
  const seen = clusters.flatMap(({ entry }) => Object.keys(entry.services))
  throw notSeen(incident.service, `The clusters hold ${seen.join(', ') || 'no service that is listed'}`)
}

/** The namespace that was asked for. @throws LabError `not_seen` for one that is not configured. */
export function requireNamespace({ cluster, namespace }: ServicePlace, asked: string | undefined): string {
  if (asked === undefined) return namespace
  if (cluster.entry.namespaces.includes(asked)) return asked
  throw notSeen(asked, `Of the cluster ${cluster.name} only the namespaces ${cluster.entry.namespaces.join(', ')} may be looked at`)
}

const core = (namespace: string) => `/api/v1/namespaces/${namespace}`
const apps = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}`
const named = (name: string) => encodeURIComponent(name)

/** The reads of a cluster, each with what it is about. @throws UpstreamError */
export const reads = {
  pods: ({ client }: Cluster, namespace: string, signal: AbortSignal) => client.list<Pod>(`${core(namespace)}/pods`, { signal }),
  pod: ({ client }: Cluster, namespace: string, name: string, signal: AbortSignal) =>
    client.get<Pod>(`${core(namespace)}/pods/${named(name)}`, { signal }),
  log: ({ client }: Cluster, namespace: string, name: string, query: Record<string, string | number | boolean>, signal: AbortSignal) =>
    client.text(`${core(namespace)}/pods/${named(name)}/log`, { query, signal }),
  events: ({ client }: Cluster, namespace: string, signal: AbortSignal, fieldSelector?: string) =>
    client.list<Event>(`${core(namespace)}/events`, { signal, ...(fieldSelector && { query: { fieldSelector } }) }),
  nodes: ({ client }: Cluster, signal: AbortSignal) => client.list<Node>('/api/v1/nodes', { signal }),
  endpoints: ({ client }: Cluster, namespace: string, signal: AbortSignal) =>
    client.list<Endpoints>(`${core(namespace)}/endpoints`, { signal }),
  service: ({ client }: Cluster, namespace: string, name: string, signal: AbortSignal) =>
    client.get<object>(`${core(namespace)}/services/${named(name)}`, { signal }),
  deployment: ({ client }: Cluster, namespace: string, name: string, signal: AbortSignal) =>
    client.get<Deployment>(`${apps(namespace)}/deployments/${named(name)}`, { signal }),
  replicaSets: ({ client }: Cluster, namespace: string, signal: AbortSignal) =>
    client.list<ReplicaSet>(`${apps(namespace)}/replicasets`, { signal }),
}

/** The pods of a deployment: those that its selector's labels fit. */
export async function podsOf({ cluster, namespace, deployment }: ServicePlace, signal: AbortSignal): Promise<Pod[]> {
  const { items } = await reads.pods(cluster, namespace, signal)
  if (deployment === '') return items
  const { spec } = await reads.deployment(cluster, namespace, deployment, signal)
  const wanted = Object.entries(spec.selector.matchLabels ?? {})
  return items.filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value))
}
