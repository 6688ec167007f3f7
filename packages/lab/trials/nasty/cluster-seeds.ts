import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { parse } from 'yaml'
import type { Listener, Seed } from './seed.ts'

interface Kubeconfig {
  users: { user: { token: string } }[]
}

const APPS = '/apis/apps/v1/namespaces/shop/deployments'
const CORE = '/api/v1/namespaces/shop'
const WITHIN_MS = 20_000

/** An administrator at the Kubernetes API of a lab. */
export class Administrator {
  readonly headers: Record<string, string>
  readonly #base: string
  readonly #dispatcher = new Agent({ connect: { rejectUnauthorized: false } })

  constructor({ host, port }: Listener, kubeconfigs: string) {
    const { users } = parse(readFileSync(join(kubeconfigs, 'kubeconfig'), 'utf8')) as Kubeconfig // As the stand-in writes it.
    this.headers = { authorization: `Bearer ${users[0]?.user.token}`, accept: 'application/json' }
    this.#base = `https://${host}:${port}`
  }

  async get<T>(path: string): Promise<T> {
    const { body } = await request(`${this.#base}${path}`, {
      dispatcher: this.#dispatcher,
      headers: this.headers,
      signal: AbortSignal.timeout(WITHIN_MS),
    })
    return (await body.json()) as T // The caller names the kind.
  }

  async send(method: 'PUT' | 'POST', path: string, object: object): Promise<number> {
    const headers = { ...this.headers, 'content-type': 'application/json' }
    const { body, statusCode } = await request(`${this.#base}${path}`, {
      method,
      dispatcher: this.#dispatcher,
      headers,
      body: JSON.stringify(object),
      signal: AbortSignal.timeout(WITHIN_MS),
    })
    await body.dump()
    return statusCode
  }
}

interface Named {
  metadata: { name: string; resourceVersion?: string }
}

/** What a trial changes, as it was. */
export interface ClusterState {
  deployment: Named
  nodes: Named[]
  pod: string
}

export async function readCluster(admin: Administrator): Promise<ClusterState> {
  const [deployment, { items: nodes }, { items: pods }] = await Promise.all([
    admin.get<Named>(`${APPS}/inventory`),
    admin.get<{ items: Named[] }>('/api/v1/nodes'),
    admin.get<{ items: Named[] }>(`${CORE}/pods`),
  ])
  return { deployment, nodes, pod: pods[0]?.metadata.name ?? '' }
}

/** Puts the deployment and the nodes back, whatever version they have now. */
export async function restoreCluster(admin: Administrator, { deployment, nodes }: ClusterState): Promise<void> {
  for (const [path, object] of [[APPS, deployment] as const, ...nodes.map((node) => ['/api/v1/nodes', node] as const)]) {
    const { resourceVersion: _version, ...metadata } = object.metadata
    const put = await admin.send('PUT', `${path}/${object.metadata.name}`, { ...object, metadata })
    // A deletion that was to be tried only loses that mark now and then.
    const status = put === 404 ? await admin.send('POST', path, { ...object, metadata }) : put
    if (status !== 200 && status !== 201) throw new Error(`${object.metadata.name} could not be put back: ${status}`)
  }
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

/** What kubectl and clients ask. Changes are tried without effect three times of four. */
export function clusterSeeds(listener: Listener, admin: Administrator, { deployment, nodes, pod }: ClusterState): Seed[] {
  const seed = (method: string, path: string, more: { type?: string; accept?: string; body?: unknown; streams?: boolean } = {}): Seed => ({
    listener,
    method,
    path,
    headers: { ...admin.headers, ...(more.accept && { accept: more.accept }), ...(more.type && { 'content-type': more.type }) },
    ...(more.body !== undefined && { body: more.body }),
    ...(more.streams && { streams: true }),
  })
  const free = <T extends Named>({ metadata: { resourceVersion: _version, ...metadata }, ...rest }: T) => ({ ...rest, metadata })
  const [node] = nodes
  const dry = ['?dryRun=All', '?dryRun=All', '?dryRun=All', '']
  const changes = dry.flatMap((query) => [
    seed('PUT', `${APPS}/inventory${query}`, { body: free(deployment) }),
    seed('PATCH', `${APPS}/inventory${query}`, {
      type: 'application/strategic-merge-patch+json',
      body: {
        spec: {
          template: { spec: { containers: [{ name: 'inventory', image: 'inventory:r4', resources: { limits: { memory: '512Mi' } } }] } },
        },
      },
    }),
    seed('PATCH', `${APPS}/inventory${query}`, {
      type: 'application/merge-patch+json',
      body: { metadata: { annotations: { trial: '1' }, labels: { app: 'inventory' } }, spec: { replicas: 3, paused: false } },
    }),
    seed('PATCH', `${APPS}/inventory${query}`, {
      type: 'application/json-patch+json',
      body: [{ op: 'replace', path: '/spec/replicas', value: 3 }],
    }),
    seed('PATCH', `${APPS}/inventory/scale${query}`, { type: 'application/merge-patch+json', body: { spec: { replicas: 3 } } }),
    seed('PUT', `${APPS}/inventory/scale${query}`, {
      body: { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name: 'inventory', namespace: 'shop' }, spec: { replicas: 3 } },
    }),
    ...(node
      ? [
          seed('PUT', `/api/v1/nodes/${node.metadata.name}${query}`, { body: free(node) }),
          seed('PATCH', `/api/v1/nodes/${node.metadata.name}${query}`, {
            type: 'application/strategic-merge-patch+json',
            body: { spec: { unschedulable: false, taints: [{ key: 'a', effect: 'NoSchedule' }] }, metadata: { labels: { a: 'b' } } },
          }),
        ]
      : []),
  ])
  return [
    ...[
      '/api',
      '/apis',
      '/api/v1',
      '/apis/apps/v1',
      '/version',
      '/metrics',
      `${CORE}/services`,
      `${CORE}/endpoints`,
      '/api/v1/namespaces',
      '/apis/apps/v1/replicasets',
    ].map((path) => seed('GET', path)),
    seed(
      'GET',
      `${CORE}/pods?labelSelector=app%3Dinventory,a%20in%20(b,c)&fieldSelector=spec.nodeName%3Da&limit=2&continue=x&resourceVersion=0`,
    ),
    seed('GET', `${CORE}/pods?includeObject=Metadata`, { accept: TABLE }),
    seed('GET', `${CORE}/events?fieldSelector=involvedObject.name%3D${pod}`, { accept: TABLE }),
    seed('GET', '/api/v1/nodes', { accept: TABLE }),
    seed('GET', `${APPS}?includeObject=Object`, { accept: TABLE }),
    seed(
      'GET',
      `${CORE}/pods?watch=true&timeoutSeconds=1&resourceVersion=0&allowWatchBookmarks=true&fieldSelector=metadata.name%3D${pod}`,
      { streams: true },
    ),
    seed('GET', `${CORE}/events?watch=1&resourceVersion=1`, { streams: true, accept: TABLE }),
    seed('GET', `${CORE}/pods/${pod}/log?container=inventory&tailLines=5&sinceSeconds=60&limitBytes=1000&timestamps=true&previous=false`),
    seed('GET', `${CORE}/pods/${pod}/log?follow=true&sinceTime=2026-01-01T00:00:00Z`, { streams: true }),
    seed('POST', `${CORE}/pods/${pod}/eviction?dryRun=All`, {
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: 'shop' } },
    }),
    seed('DELETE', `${CORE}/pods/${pod}?dryRun=All`, {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x', resourceVersion: '1' }, gracePeriodSeconds: 0 },
    }),
    seed('DELETE', `${APPS}/inventory?dryRun=All`, { body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } } }),
    seed('POST', `${APPS}?dryRun=All`, { body: free(deployment) }),
    ...changes,
  ]
}
