import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { CliError } from '../cli-error.ts'
import { commandFor } from '../command-line.ts'
import type { Lab } from '../lab.ts'
import { withDemoData } from '../lab-directory.ts'

/** What is read of a pod. */
export interface ClusterPod {
  metadata: { name: string; uid: string; deletionTimestamp?: string }
  spec: { nodeName?: string; containers: { image: string }[] }
  status: {
    phase: string
    conditions: { type: string; status: string }[]
    containerStatuses?: {
      restartCount: number
      state: { waiting?: { reason: string } }
      lastState: { terminated?: { reason: string; exitCode: number } }
    }[]
  }
}

/** What is read of a node. */
export interface ClusterNode {
  metadata: { name: string }
  spec: { unschedulable?: boolean }
  status: { conditions: { type: string; status: string }[] }
}

/** What is read of the deployment. */
interface ClusterDeployment {
  spec: { replicas: number; template: { spec: { containers: { image: string; resources: { limits?: object } }[] } } }
  status: { updatedReplicas?: number; readyReplicas?: number }
}

/** The lab's cluster as an administrator sees it: the same API that kubectl speaks. Every call @throws Error when it is refused. */
export interface ClusterApi extends AsyncDisposable {
  pods(): Promise<ClusterPod[]>
  nodes(): Promise<ClusterNode[]>
  deployment(): Promise<ClusterDeployment>
  /** A change of the deployment `inventory` in Kubernetes' strategic merge. */
  patchDeployment(change: object): Promise<void>
  scale(replicas: number): Promise<void>
  cordon(node: string, unschedulable: boolean): Promise<void>
}

const ANSWER_WITHIN_MS = 10_000
const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/inventory'
const STRATEGIC = 'application/strategic-merge-patch+json'

/** The kubeconfigs that this lab may have written: the one that the environment names, the usual one, that of a demo. */
const kubeconfigsOf = ({ directory, env }: Lab): string[] => [
  ...(env.KUBECONFIG ? [env.KUBECONFIG] : []),
  ...[directory, withDemoData(directory)].map(({ kubernetes }) => join(kubernetes, 'kubeconfig')),
]

/** Connects to the cluster of the lab. @throws CliError when none answers. */
export async function callCluster(lab: Lab): Promise<ClusterApi> {
  for (const path of kubeconfigsOf(lab)) {
    const api = await connect(path)
    if (!api) continue
    // A lab that is down, or was started anew with other tokens, leaves its file behind.
    if (
      await api.nodes().then(
        () => true,
        () => false,
      )
    )
      return api
    await api[Symbol.asyncDispose]()
  }
  throw new CliError(`No cluster runs in this lab. Start one:  ${commandFor(lab, 'up --detach --kubernetes')}`)
}

async function connect(path: string): Promise<ClusterApi | undefined> {
  const access = await readAccess(path)
  if (!access) return undefined
  const dispatcher = new Agent({ connect: { ca: access.authority } })
  async function call<T>(method: 'GET' | 'PATCH', path: string, body?: object, type = STRATEGIC): Promise<T> {
    const headers = { authorization: `Bearer ${access?.token}`, ...(body && { 'content-type': type }) }
    const sent = body && { body: JSON.stringify(body) }
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const answer = await request(`${access?.server}${path}`, { method, dispatcher, headers, signal, ...sent })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`the cluster answered ${method} ${path} with ${answer.statusCode}: ${text.slice(0, 300)}`)
    return JSON.parse(text) as T // The documented form of the kind.
  }
  return {
    pods: async () => (await call<{ items: ClusterPod[] }>('GET', '/api/v1/namespaces/shop/pods')).items,
    nodes: async () => (await call<{ items: ClusterNode[] }>('GET', '/api/v1/nodes')).items,
    deployment: () => call<ClusterDeployment>('GET', DEPLOYMENT),
    async patchDeployment(change) {
      await call('PATCH', DEPLOYMENT, change)
    },
    async scale(replicas) {
      await call('PATCH', `${DEPLOYMENT}/scale`, { spec: { replicas } }, 'application/merge-patch+json')
    },
    async cordon(node, unschedulable) {
      await call('PATCH', `/api/v1/nodes/${node}`, { spec: { unschedulable } })
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  }
}

/** What the stand-in writes into a kubeconfig. */
interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[]
  users: { user: { token: string } }[]
}

async function readAccess(path: string): Promise<{ server: string; authority: string; token: string } | undefined> {
  // Loaded when it is needed: every command loads this file.
  const { parse } = await import('yaml')
  try {
    const { clusters, users } = parse(readFileSync(path, 'utf8')) as Kubeconfig // The lab's own file.
    const [cluster, user] = [clusters[0]?.cluster, users[0]?.user]
    if (!cluster || !user) return undefined
    return { server: cluster.server, authority: Buffer.from(cluster['certificate-authority-data'], 'base64').toString(), token: user.token }
  } catch {
    return undefined
  }
}

export const isPodReady = ({ metadata, status }: ClusterPod) =>
  metadata.deletionTimestamp === undefined && status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
export const isNodeReady = ({ status }: ClusterNode) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
/** Why the pod's container waits, where it does. */
export const waitingReason = ({ status }: ClusterPod) => status.containerStatuses?.[0]?.state.waiting?.reason
