import { Type } from 'typebox'
import { type Action, type ActionContext, defineAction } from '../../../actions/action.ts'
import { type Cluster, podsOf, reads, type ServicePlace } from '../cluster.ts'
import type { Node, Pod } from '../objects.ts'
import { checkThere, NODE_VERIFY, ObjectName, placeOf, refuse } from './cluster-action.ts'

const STRATEGIC = 'application/strategic-merge-patch+json'
const cordon = ({ client }: Cluster, node: string, unschedulable: boolean, signal: AbortSignal) =>
  client.change('PATCH', `/api/v1/nodes/${node}`, { body: { spec: { unschedulable } }, type: STRATEGIC, signal })
const isReady = ({ status }: Node) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false

/** `drain_node`: nothing new is placed on it, and the service's pods leave it. Always a person's. */
export function drainNode(clusters: readonly Cluster[]): Action {
  return defineAction({
    name: 'drain_node',
    description:
      "Cordons a node and evicts the pods of the alert's deployment from it, one after the other. For a node that is not ready or not to be trusted.",
    parameters: Type.Object({ node: ObjectName }, { additionalProperties: false }),
    level: 'high',
    says: ({ node }) => `Cordons the node ${node} and moves the service's pods away from it.`,
    check: ({ node }, { incident, signal }) => checkThere(clusters, incident, (place) => check(place, node, signal)),
    async before({ node }, { incident, signal }) {
      const { cluster } = placeOf(clusters, incident)
      return { wasCordoned: (await find(cluster, node, signal))?.spec.unschedulable ?? false }
    },
    run: ({ node }, context) => drain(placeOf(clusters, context.incident), node, context),
    async readOutcome({ node }, _before, { incident, signal }) {
      const place = placeOf(clusters, incident)
      const [there, found] = await Promise.all([podsOn(place, node, signal), find(place.cluster, node, signal)])
      if (!found?.spec.unschedulable) return { kind: 'not_done' }
      return there.length === 0
        ? { kind: 'done', output: `${node} is cordoned and holds none of the service's pods.` }
        : { kind: 'under_way' }
    },
    verify: NODE_VERIFY,
    async undo({ node }, { wasCordoned }, { incident, signal }) {
      if (!wasCordoned) await cordon(placeOf(clusters, incident).cluster, node, false, signal)
      return `node/${node} ${wasCordoned ? 'stays cordoned, as it was' : 'uncordoned'}`
    },
  })
}

async function check(place: ServicePlace, node: string, signal: AbortSignal) {
  const { items } = await reads.nodes(place.cluster, signal)
  if (!items.some(({ metadata }) => metadata.name === node))
    return refuse('unknown_node', `There is no node ${node}; there are ${items.map(({ metadata }) => metadata.name).join(', ')}`)
  const others = items.filter((each) => each.metadata.name !== node && isReady(each) && !each.spec.unschedulable)
  if (others.length === 0) return refuse('nobody_left', 'No other node is ready and takes pods')
  const pods = await podsOn(place, node, signal)
  return {
    kind: 'ok' as const,
    simulation: `${pods.length} pods of ${place.deployment} leave ${node} for ${others.map(({ metadata }) => metadata.name).join(', ')}.`,
  }
}

async function drain(place: ServicePlace, node: string, { signal }: ActionContext): Promise<string> {
  const { client } = place.cluster
  await cordon(place.cluster, node, true, signal)
  const pods = await podsOn(place, node, signal)
  for (const { metadata } of pods) {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: metadata.name, namespace: place.namespace } }
    await client.change('POST', `/api/v1/namespaces/${place.namespace}/pods/${metadata.name}/eviction`, { body, signal })
  }
  return `node/${node} cordoned, ${pods.length} pods evicted`
}

async function podsOn(place: ServicePlace, node: string, signal: AbortSignal): Promise<Pod[]> {
  return (await podsOf(place, signal)).filter(({ spec }) => spec.nodeName === node)
}

async function find(cluster: Cluster, name: string, signal: AbortSignal): Promise<Node | undefined> {
  return (await reads.nodes(cluster, signal)).items.find(({ metadata }) => metadata.name === name)
}
