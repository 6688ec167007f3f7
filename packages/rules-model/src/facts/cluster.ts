import {
  GetEventsResult,
  GetNodesResult,
  GetPodsResult,
  type ListedEvent,
  type ListedNode,
  type ListedPod,
} from '@oncall-lab/on-call-agent/cluster-functions'
import type { Facts, Reading } from './facts.ts'
import type { Question } from './metric-queries.ts'

/** The pods of the namespace of the alert's service. */
export const GET_PODS: Question = { tool: 'get_pods', args: {} }
export const GET_NODES: Question = { tool: 'get_nodes', args: {} }
export const GET_EVENTS: Question = { tool: 'get_events', args: {} }

/** What is needed to read of a cluster. */
export type ClusterFacts = Pick<Facts, 'result' | 'service' | 'alerts' | 'startedAt'>

/** An event this long before the alert is another story's. */
const LEAD_MS = 180_000

/** The pods that the alert can be about: those that it names, else those of its service, else all of the namespace. */
export function alertedPods(facts: ClusterFacts): Reading<ListedPod[]> {
  const reading = facts.result(GetPodsResult, GET_PODS)
  if (reading.kind !== 'seen') return reading
  const { pods } = reading.value
  const named = new Set(facts.alerts.flatMap(({ labels }) => labels.pod ?? []))
  const candidates = [pods.filter(({ name }) => named.has(name)), pods.filter(({ name }) => name.startsWith(`${facts.service}-`)), pods]
  // A pod that is named and gone was replaced: its successor has another name.
  return { ...reading, value: candidates.find((each) => each.length > 0) ?? [] }
}

/** The nodes that the alert names, else all. */
export function alertedNodes(facts: ClusterFacts): Reading<ListedNode[]> {
  const reading = facts.result(GetNodesResult, GET_NODES)
  if (reading.kind !== 'seen') return reading
  const named = new Set(facts.alerts.flatMap(({ labels }) => labels.node ?? []))
  const own = reading.value.nodes.filter(({ name }) => named.has(name))
  return { ...reading, value: own.length > 0 ? own : reading.value.nodes }
}

/** The newest warnings about these pods that belong to this trouble. */
export function podWarnings(facts: ClusterFacts): Reading<ListedEvent[]> {
  const reading = facts.result(GetEventsResult, GET_EVENTS)
  const pods = alertedPods(facts)
  if (reading.kind !== 'seen' || pods.kind !== 'seen') return reading.kind === 'seen' ? { kind: 'not_asked' } : reading
  const objects = new Set(pods.value.map(({ name }) => `Pod/${name}`))
  const earliest = (facts.startedAt ?? 0) - LEAD_MS
  const value = reading.value.events.filter(
    ({ object, type, last }) => type === 'Warning' && objects.has(object) && last !== null && Date.parse(last) >= earliest,
  )
  return { ...reading, value }
}

/** The warnings that a controller could create no pod. */
export function refusedPods(facts: ClusterFacts): Reading<ListedEvent[]> {
  const reading = facts.result(GetEventsResult, GET_EVENTS)
  if (reading.kind !== 'seen') return reading
  const earliest = (facts.startedAt ?? 0) - LEAD_MS
  const value = reading.value.events.filter(
    ({ reason, type, last }) => type === 'Warning' && reason === 'FailedCreate' && last !== null && Date.parse(last) >= earliest,
  )
  return { ...reading, value }
}

/** One of these nodes that does not report, the first by name. */
export function lostNode(facts: ClusterFacts): ListedNode | undefined {
  const nodes = alertedNodes(facts)
  return nodes.kind === 'seen' ? nodes.value.find(({ ready }) => ready !== 'True') : undefined
}
