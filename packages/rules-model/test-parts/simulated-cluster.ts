import type { ListedEvent, ListedNode, ListedPod } from '@oncall-lab/on-call-agent/cluster-functions'
import { FIRING_AT } from './scene.ts'

/** A pod of inventory that runs. */
export function runningPod(name: string, changes: Partial<ListedPod> = {}): ListedPod {
  return {
    name,
    node: 'lab-node-1',
    phase: 'Running',
    ready: '1/1',
    created: new Date(FIRING_AT - 3_600_000).toJSON(),
    containers: [{ name: 'inventory', image: 'inventory:r4', restarts: 0 }],
    ...changes,
  }
}

/** A node that reports. */
export function reportingNode(name: string, changes: Partial<ListedNode> = {}): ListedNode {
  return {
    name,
    ready: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    since: new Date(FIRING_AT - 3_600_000).toJSON(),
    cordoned: false,
    taints: [],
    ...changes,
  }
}

/** The looks at a cluster, as a world's functions by name; whatever is not given is well. */
export function clusterLooks({
  pods = ['a', 'b', 'c'].map((end) => runningPod(`inventory-5d9-${end}`)),
  nodes = ['lab-node-1', 'lab-node-2'].map((name) => reportingNode(name)),
  events = [],
}: {
  pods?: ListedPod[]
  nodes?: ListedNode[]
  events?: ListedEvent[]
} = {}): Record<string, object> {
  return {
    get_pods: { namespace: 'shop', namespaces: ['shop'], pods, count: pods.length, truncated: false },
    get_nodes: { nodes, count: nodes.length, truncated: false },
    get_events: { events, count: events.length, truncated: false },
  }
}
