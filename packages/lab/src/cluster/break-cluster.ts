import { request } from 'undici'
import { CliError } from '../cli-error.ts'
import { commandFor } from '../command-line.ts'
import { waitFor } from '../demo/patience.ts'
import { endFaults, giveFault } from '../fault.ts'
import type { Lab } from '../lab.ts'
import { type ClusterApi, callCluster, isNodeReady, isPodReady } from './cluster-api.ts'

/** What can be broken in the cluster, with what it does, for the help. */
export const CLUSTER_BREAKAGES = {
  crash: 'kills the process of one pod again and again (CrashLoopBackOff)',
  memory: 'gives the pods a memory limit and fills the memory of one (OOMKilled)',
  image: 'rolls out a release that does not exist (ImagePullBackOff)',
  room: 'asks for more pods than the nodes have room for (Pending)',
  node: 'lets a node fall silent, as when its kubelet is gone (NodeNotReady)',
} as const
export type ClusterBreakage = keyof typeof CLUSTER_BREAKAGES

const ANSWER_WITHIN_MS = 10_000
const FAULT_SECONDS = 600
const BEYOND_ALL_ROOM = 12
const USUAL_REPLICAS = 2
const NO_SUCH_RELEASE = 'r99'
/** Twice what a pod needs, and less than it holds with the fault. */
const MEMORY_LIMIT = '240Mi'
const ROLLED_OUT_SECONDS = 60

/** Breaks the cluster; returns what was done, for a person. @throws CliError when none runs. */
export async function breakCluster(lab: Lab, what: ClusterBreakage): Promise<string> {
  await using cluster = await callCluster(lab)
  const ports = [lab.book.ports.firstInstance + 1]
  switch (what) {
    case 'crash':
      return giveFault(lab, { mode: 'crash', ports, ttl_seconds: FAULT_SECONDS }, undefined)
    case 'memory':
      await setContainer(cluster, { resources: { limits: { memory: MEMORY_LIMIT } } })
      await untilRolledOut(cluster)
      return giveFault(lab, { mode: 'oom_safe', ports, ttl_seconds: FAULT_SECONDS }, undefined)
    case 'image':
      await setContainer(cluster, imageOf(NO_SUCH_RELEASE))
      return `The deployment shall run inventory:${NO_SUCH_RELEASE}, which does not exist.`
    case 'room':
      await cluster.scale(BEYOND_ALL_ROOM)
      return `The deployment shall have ${BEYOND_ALL_ROOM} pods; the nodes have room for ten.`
    case 'node': {
      const [pod] = (await cluster.pods()).filter(isPodReady)
      if (!pod?.spec.nodeName) throw new CliError('No pod is ready, so no node is chosen.')
      await setNodeReports(lab, pod.spec.nodeName, false)
      return `${pod.spec.nodeName} reports no more.`
    }
  }
}

/** Puts right what `breakCluster` breaks. @throws CliError when none runs. */
export async function mendCluster(lab: Lab): Promise<string> {
  await using cluster = await callCluster(lab)
  await endFaults(lab, { mode: 'none' }, undefined)
  for (const node of await cluster.nodes()) {
    if (!isNodeReady(node)) await setNodeReports(lab, node.metadata.name, true)
    if (node.spec.unschedulable) await cluster.cordon(node.metadata.name, false)
  }
  const { spec } = await cluster.deployment()
  const [container] = spec.template.spec.containers
  if (container?.image.endsWith(`:${NO_SUCH_RELEASE}`)) await setContainer(cluster, imageOf(await runningRelease(cluster)))
  if (container?.resources.limits) await setContainer(cluster, { resources: { limits: null } })
  if (spec.replicas === BEYOND_ALL_ROOM) await cluster.scale(USUAL_REPLICAS)
  return 'No fault is active, every node reports, and the deployment is as usual.'
}

/** Lets a node report, or fall silent. @throws CliError */
export async function setNodeReports(lab: Lab, name: string, reports: boolean): Promise<void> {
  const answer = await request(`${lab.book.url('standIns')}/stand-ins/kubernetes/node`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, reports }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  await answer.body.dump()
  if (answer.statusCode !== 200)
    throw new CliError(`The stand-ins know no node ${name}. With a cluster:  ${commandFor(lab, 'up --detach --kubernetes')}`)
}

const imageOf = (release: string) => ({ image: `inventory:${release}` })
const setContainer = (cluster: ClusterApi, change: object) =>
  cluster.patchDeployment({ spec: { template: { spec: { containers: [{ name: 'inventory', ...change }] } } } })

/** @throws DidNotCome */
async function untilRolledOut(cluster: ClusterApi): Promise<void> {
  const signal = AbortSignal.timeout(2_000 * ROLLED_OUT_SECONDS)
  const isDone = async () => {
    const { spec, status } = await cluster.deployment()
    return status.updatedReplicas === spec.replicas && status.readyReplicas === spec.replicas ? true : null
  }
  await waitFor('the rollout of the limit', ROLLED_OUT_SECONDS, isDone, { signal })
}

/** What the pods run that are ready. */
async function runningRelease(cluster: ClusterApi): Promise<string> {
  const [pod] = (await cluster.pods()).filter(isPodReady)
  const release = pod?.spec.containers[0]?.image.split(':').at(-1)
  if (release === undefined) throw new CliError('No pod is ready, so nobody knows which release worked.')
  return release
}
