import { type ClusterFacts, lostNode } from '../facts/cluster.ts'

/** What cures a cause in a cluster. */
export type ClusterRemedy = 'drain_node'

interface Repair {
  action: string
  arguments: Record<string, unknown>
  reason: string
}

/** Where in the cluster; undefined where the readings name nothing. */
export const CLUSTER_MAKERS: Record<ClusterRemedy, (facts: ClusterFacts) => Repair | undefined> = {
  drain_node(facts) {
    const lost = lostNode(facts)
    // One that is cordoned already was drained, or is a person's business.
    if (!lost || lost.cordoned) return undefined
    return {
      action: 'drain_node',
      arguments: { node: lost.name },
      reason: `${lost.name} does not report, so nobody knows what its pods do; the other nodes can take them.`,
    }
  },
}
