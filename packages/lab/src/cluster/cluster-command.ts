import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Lab } from '../lab.ts'
import { breakCluster, CLUSTER_BREAKAGES, type ClusterBreakage, mendCluster } from './break-cluster.ts'
import { callCluster, isNodeReady, isPodReady, waitingReason } from './cluster-api.ts'

const NAMES = Object.keys(CLUSTER_BREAKAGES) as ClusterBreakage[] // The keys of a literal.

/** Adds the arguments and the action of `lab cluster`. */
export function addCluster(command: Command, openLab: (offset: number) => Lab, say: (line: string) => void): void {
  command
    .argument('[what]', 'break or mend; without it the pods and nodes')
    .argument('[breakage]', NAMES.join(', '))
    .addHelpText('after', ['', 'lab cluster break:', ...NAMES.map((name) => `  ${name.padEnd(8)} ${CLUSTER_BREAKAGES[name]}`)].join('\n'))
    .action(async (what: string | undefined, breakage: string | undefined, { portOffset }: { portOffset: number }) => {
      const lab = openLab(portOffset)
      if (what === undefined) return (await describe(lab)).forEach(say)
      if (what === 'mend') return say(await mendCluster(lab))
      const known = NAMES.find((each) => each === breakage)
      if (what !== 'break' || !known) throw new CliError(`Expected break ${NAMES.join('|')}, or mend.`)
      say(await breakCluster(lab, known))
    })
}

async function describe(lab: Lab): Promise<string[]> {
  await using cluster = await callCluster(lab)
  const [nodes, pods] = await Promise.all([cluster.nodes(), cluster.pods()])
  return [
    ...nodes.map(
      (node) => `${node.metadata.name}: ${isNodeReady(node) ? 'ready' : 'not ready'}${node.spec.unschedulable ? ', cordoned' : ''}`,
    ),
    ...pods.map((pod) => {
      const state = isPodReady(pod) ? 'ready' : (waitingReason(pod) ?? (pod.metadata.deletionTimestamp ? 'Terminating' : pod.status.phase))
      return `${pod.metadata.name} on ${pod.spec.nodeName ?? 'no node'}: ${state}, ${pod.status.containerStatuses?.[0]?.restartCount ?? 0} restarts`
    }),
  ]
}
