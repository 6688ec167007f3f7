import { type TObject, Type } from 'typebox'
import { defineTool, type Tool } from '../../functions/tool.ts'
import { type Cluster, podsOf, reads, requireNamespace, requirePlace, type ServicePlace } from './cluster.ts'
import { byName, newestEvents, nodeLine, podLine, worstFirst } from './object-lines.ts'

const MOST_ITEMS = 40
const MOST_LINES = 100
const MOST_CHARS = 6_000
const Name = Type.String({ pattern: '^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$', description: 'The name of the object.' })
const Namespace = Type.Optional(
  Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$', description: "Without it, the namespace of the alert's service." }),
)
const InNamespace = Type.Object({ namespace: Namespace }, { additionalProperties: false })
const OfObject = Type.Object({ name: Name, namespace: Namespace }, { additionalProperties: false })
const Nothing = Type.Object({}, { additionalProperties: false })

/** What a look may return: an object of plain fields. */
type Look<A> = (args: A, place: ServicePlace, signal: AbortSignal) => Promise<Record<string, unknown>>

/** The looks at a cluster by the names that people know from kubectl. Nothing outside the configured namespaces can be named. */
export function lookFunctions(clusters: readonly Cluster[]): Tool[] {
  const look = <A extends TObject>(
    name: string,
    description: string,
    parameters: A,
    run: Look<{ namespace?: string; name?: string; previous?: boolean }>,
  ): Tool =>
    defineTool({
      name,
      description,
      parameters,
      run: async (args, { incident, signal }) =>
        run(args as { namespace?: string; name?: string }, requirePlace(clusters, incident), signal), // Checked against `parameters`.
      summarise: (result: Record<string, unknown>) => summarise(name, result),
    })
  return [
    look(
      'get_pods',
      'The pods of a namespace, those in trouble first: phase, readiness, restarts, why a container waits or ended, node, image.',
      InNamespace,
      async ({ namespace }, place, signal) => {
        const inside = requireNamespace(place, namespace)
        const { items } = await reads.pods(place.cluster, inside, signal)
        return { namespace: inside, namespaces: place.cluster.entry.namespaces, ...cut('pods', worstFirst(items.map(podLine))) }
      },
    ),
    look(
      'describe_pod',
      'One pod with its conditions, containers and newest events.',
      OfObject,
      async ({ namespace, name = '' }, place, signal) => {
        const inside = requireNamespace(place, namespace)
        const [pod, { items }] = await Promise.all([
          reads.pod(place.cluster, inside, name, signal),
          reads.events(place.cluster, inside, signal, `involvedObject.name=${name}`),
        ])
        return { pod: { ...podLine(pod), conditions: pod.status.conditions ?? [] }, events: newestEvents(items, MOST_ITEMS) }
      },
    ),
    look(
      'get_pod_logs',
      'The last lines of one pod; with previous, of its container before the last restart.',
      Type.Object({ name: Name, namespace: Namespace, previous: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
      async ({ namespace, name = '', previous = false }, place, signal) => {
        const query = { tailLines: MOST_LINES, timestamps: true, ...(previous && { previous }) }
        const text = await reads.log(place.cluster, requireNamespace(place, namespace), name, query, signal)
        return { pod: name, previous, truncated: text.length > MOST_CHARS, log: text.slice(-MOST_CHARS) }
      },
    ),
    look('get_events', 'The newest events of a namespace, warnings first.', InNamespace, async ({ namespace }, place, signal) => {
      const { items } = await reads.events(place.cluster, requireNamespace(place, namespace), signal)
      return cut('events', newestEvents(items, MOST_ITEMS))
    }),
    look('get_nodes', 'The nodes: ready or not and since when, cordoned, taints.', Nothing, async (_args, place, signal) => {
      const { items } = await reads.nodes(place.cluster, signal)
      return cut('nodes', byName(items.map(nodeLine)))
    }),
    look('get_service', 'One service: type, selector, ports.', OfObject, async ({ namespace, name = '' }, place, signal) => ({
      service: await reads.service(place.cluster, requireNamespace(place, namespace), name, signal),
    })),
    look(
      'get_endpoints',
      'The ready and unready addresses of the services of a namespace.',
      InNamespace,
      async ({ namespace }, place, signal) => {
        const { items } = await reads.endpoints(place.cluster, requireNamespace(place, namespace), signal)
        const count = (which: 'addresses' | 'notReadyAddresses', { subsets = [] }: (typeof items)[number]) =>
          subsets.flatMap((subset) => (subset[which] ?? []).map(({ ip, targetRef }) => targetRef?.name ?? ip))
        const lines = items.map((each) => ({
          name: each.metadata.name,
          ready: count('addresses', each).toSorted(),
          not_ready: count('notReadyAddresses', each).toSorted(),
        }))
        return cut('endpoints', byName(lines))
      },
    ),
    look(
      'get_deployment',
      "The deployment of the alert's service: wanted, ready and updated pods, conditions.",
      Nothing,
      async (_args, place, signal) => {
        const { metadata, spec, status } = await reads.deployment(place.cluster, place.namespace, place.deployment, signal)
        const pods = await podsOf(place, signal)
        return {
          deployment: metadata.name,
          wanted: spec.replicas ?? 1,
          ready: status.readyReplicas ?? 0,
          updated: status.updatedReplicas ?? 0,
          pods: pods.map(({ metadata: { name } }) => name).toSorted(),
          conditions: status.conditions ?? [],
        }
      },
    ),
  ]
}

function cut(name: string, items: object[]): Record<string, unknown> {
  return { [name]: items.slice(0, MOST_ITEMS), count: items.length, truncated: items.length > MOST_ITEMS }
}

function summarise(name: string, result: Record<string, unknown>): string {
  if (typeof result.count === 'number') return `${name}: ${result.count} found.`
  if (typeof result.log === 'string')
    return `The log of ${String(result.pod)}: ${result.log === '' ? 'empty' : `${result.log.split('\n').filter(Boolean).length} lines`}.`
  if (typeof result.ready === 'number') return `${String(result.deployment)}: ${result.ready} of ${String(result.wanted)} pods ready.`
  return `${name} answered.`
}
