import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startCluster } from '@oncall-lab/stand-ins/test-cluster'
import { expect, it } from 'vitest'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { nothingRemembered } from '../../../test-parts/nothing-remembered.ts'
import type { ListedNode, ListedPod } from '../../cluster-functions.ts'
import { kubernetes } from './target.ts'

const run = promisify(execFile)
const ALERTS = 20

/** What `kubectl get -o json` prints, as far as it is compared. */
interface Item {
  metadata: { name: string }
  spec: { nodeName?: string; unschedulable?: boolean }
  status: {
    phase: string
    conditions: { type: string; status: string }[]
    containerStatuses?: { restartCount: number; ready: boolean; state: { waiting?: { reason: string } } }[]
  }
}

function access(url: string, authority: string) {
  const directory = mkdtempSync(join(tmpdir(), 'same-'))
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
      users: [{ name: 'u', user: { token: 'admin' } }],
    }),
  )
  const services = { inventory: { namespace: 'shop', deployment: 'inventory' } }
  const INFRASTRUCTURE = join(directory, 'infrastructure.json')
  writeFileSync(INFRASTRUCTURE, JSON.stringify({ clusters: { lab: { kubeconfig, namespaces: ['shop'], services } } }))
  const connection = kubernetes.connect({ INFRASTRUCTURE }, { onError: () => undefined, remembered: nothingRemembered })
  if (connection.kind === 'off') throw new Error('off')
  return { target: connection.port, env: { PATH: process.env.PATH ?? '', HOME: directory, KUBECONFIG: kubeconfig } }
}

const byName = <T extends { name: string }>(items: T[]) => items.toSorted((a, b) => (a.name < b.name ? -1 : 1))

const ofAgent = ({ name, node, phase, ready, containers: [container] }: ListedPod) => ({
  name,
  node,
  ready: ready === '1/1',
  restarts: container?.restarts ?? 0,
  state: container?.waiting?.reason ?? phase,
})

const ofKubectl = ({ metadata, spec, status: { phase, containerStatuses: [container] = [] } }: Item) => ({
  name: metadata.name,
  node: spec.nodeName ?? null,
  ready: container?.ready ?? false,
  restarts: container?.restartCount ?? 0,
  state: container?.state.waiting?.reason ?? phase,
})

it.skipIf(spawnSync('kubectl', ['version', '--client']).status !== 0)(
  `with ${ALERTS} alerts of pods at once the agent sees what kubectl sees: pods that crash, pods without room, and a silent node`,
  async () => {
    await using cluster = await startCluster({ replicas: 10 })
    const pods = await cluster.pods()
    for (const port of [8001, 8004, 8006]) cluster.fleet.crash(port, { code: 1 })
    await cluster.call('PATCH', '/apis/apps/v1/namespaces/shop/deployments/inventory/scale', {
      type: 'application/merge-patch+json',
      body: { spec: { replicas: 12 } },
    })
    await expect.poll(async () => (await cluster.pods()).length).toBe(12)
    cluster.cluster.setReporting('lab-node-2', false)
    const { target, env } = access(cluster.url, cluster.certificate.cert)
    const incident = incidentOf('inventory', { namespace: 'shop', pod: pods[0]?.metadata.name ?? '' })
    const [alert] = incident.alerts
    if (!alert) throw new Error('no alert')
    const alerts = Array.from({ length: ALERTS }, (_, i) => ({
      ...alert,
      fingerprint: `f${i}`,
      labels: { ...alert.labels, pod: pods[i % pods.length]?.metadata.name ?? '' },
    }))
    const call = async <T>(name: string): Promise<T> => {
      const tool = target.functions.find((each) => each.name === name)
      return (await tool?.run({}, { incident: { ...incident, alerts }, signal: AbortSignal.timeout(10_000) })) as T // Each caller names the documented form.
    }
    const kubectl = async (kind: string): Promise<Item[]> => {
      // The API is in this process, so it must not be held up.
      const { stdout } = await run('kubectl', ['get', kind, '-o', 'json'], { env })
      return (JSON.parse(stdout) as { items: Item[] }).items
    }
    const { pods: seen } = await call<{ pods: ListedPod[] }>('get_pods')
    const { nodes } = await call<{ nodes: ListedNode[] }>('get_nodes')
    expect(byName(seen.map(ofAgent))).toEqual(byName((await kubectl('pods')).map(ofKubectl)))
    expect(new Set(seen.map((pod) => ofAgent(pod).state))).toEqual(new Set(['CrashLoopBackOff', 'Pending', 'Running']))
    expect(nodes.map(({ name, ready }) => [name, ready])).toEqual(
      (await kubectl('nodes')).map(({ metadata, status }) => [
        metadata.name,
        status.conditions.find(({ type }) => type === 'Ready')?.status,
      ]),
    )
  },
  60_000,
)
