import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from '@oncall-lab/stand-ins/test-cluster'
import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { nothingRemembered } from '../../../test-parts/nothing-remembered.ts'
import type { Target } from '../target.ts'
import { kubernetes } from './target.ts'

interface Right {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

const ROLES = join(import.meta.dirname, '../../../../../deploy/kubernetes/base/rbac.yaml')

/** Each verb on each resource that the manifests grant. */
const rights: Right[] = parseAllDocuments(readFileSync(ROLES, 'utf8'))
  .flatMap((document) => (document.toJS() as { rules?: Right[] }).rules ?? [])
  .flatMap(({ apiGroups, resources, verbs }) =>
    resources.flatMap((each) => verbs.map((verb) => ({ apiGroups, resources: [each], verbs: [verb] }))),
  )

function targetOf(url: string, authority: string): Target {
  const directory = mkdtempSync(join(tmpdir(), 'rights-'))
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token: 'agent' } }],
    }),
  )
  const services = { inventory: { namespace: 'shop', deployment: 'inventory' } }
  const INFRASTRUCTURE = join(directory, 'infrastructure.json')
  writeFileSync(INFRASTRUCTURE, JSON.stringify({ clusters: { lab: { kubeconfig, namespaces: ['shop'], services } } }))
  const connection = kubernetes.connect({ INFRASTRUCTURE }, { onError: () => undefined, remembered: nothingRemembered })
  if (connection.kind === 'off') throw new Error('off')
  return connection.port
}

/** All that the agent does there; @throws with the code `forbidden` at the first thing that it may not. */
async function doEverything(target: Target, pod: string): Promise<void> {
  const context = { incident: incidentOf('inventory'), signal: AbortSignal.timeout(10_000) }
  const args: Record<string, object> = {
    fetch_logs: { seconds: 60, limit: 10 },
    describe_pod: { name: pod },
    get_pod_logs: { name: pod },
    get_service: { name: 'inventory' },
  }
  for (const tool of target.functions) {
    const result = await tool.run(args[tool.name] ?? {}, context)
    if (JSON.stringify(result).includes('forbidden')) throw Object.assign(new Error(tool.name), { code: 'forbidden' })
  }
  for (const { read } of target.gauges?.slis ?? []) await read(context.incident, context.signal)
  const proposals: Record<string, object> = { scale_deployment: { replicas: 4 }, delete_pod: { pod }, drain_node: { node: 'lab-node-2' } }
  for (const { name, check } of target.actions ?? []) {
    const decision = await check(proposals[name] ?? {}, context)
    if (decision.kind === 'refuse' && decision.reason === 'forbidden') throw Object.assign(new Error(name), { code: 'forbidden' })
  }
  await target.actions?.find(({ name }) => name === 'drain_node')?.run(proposals.drain_node, context)
}

it('the roles in deploy/kubernetes allow all that the agent does, and nothing that it does not', async () => {
  const held = [...rights]
  await using cluster = await startCluster({ replicas: 3, rules: held })
  const target = targetOf(cluster.url, cluster.certificate.cert)
  const unneeded: string[] = []
  for (const right of rights) {
    held.splice(0, held.length, ...rights.filter((each) => each !== right))
    const [pod] = await cluster.pods()
    const outcome = await doEverything(target, pod?.metadata.name ?? '').then(
      () => 'done',
      (error: { code?: string }) => error.code,
    )
    if (outcome !== 'forbidden') unneeded.push(`${right.verbs} ${right.resources}: ${outcome}`)
  }
  expect(unneeded).toEqual([])
  held.splice(0, held.length, ...rights)
  const [pod] = await cluster.pods()
  await doEverything(target, pod?.metadata.name ?? '')
  expect(rights.length).toBeGreaterThan(10)
}, 20_000)
