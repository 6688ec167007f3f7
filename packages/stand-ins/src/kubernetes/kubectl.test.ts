import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCluster } from '../../test-parts/start-cluster.ts'
import { writeKubeconfig } from './kubeconfig.ts'

const run = promisify(execFile)
/** The words of other versions differ in places. */
const version = /"gitVersion":\s*"v1\.(\d+)\./.exec(
  spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' }).stdout ?? '',
)?.[1]

/** `cluster-info` paints. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

/** Commands that change nothing, in the form in which a person types them. */
const LOOKS = [
  'get pods',
  'get pods -o wide',
  'get pods -o name',
  'get pods -l app=inventory',
  'get pods -l app=other',
  'get pods --field-selector status.phase=Running',
  'get pods --sort-by .metadata.name',
  'get pods --show-labels',
  'get pods -A',
  "get pods -o jsonpath='{range .items[*]}{.metadata.name}:{.status.phase} {end}'",
  'get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName',
  'get pod POD0',
  'get pod nobody',
  'get deployments',
  'get deploy inventory -o wide',
  "get deploy inventory -o jsonpath='{.spec.replicas}/{.status.readyReplicas}'",
  'get replicasets',
  'get services',
  'get svc inventory -o wide',
  'get endpoints',
  'get nodes',
  'get nodes -o wide',
  "get nodes -o jsonpath='{.items[*].metadata.name}'",
  'get namespaces',
  'get events',
  'get all',
  'get nonsense',
  'get pods -n kube-system',
  'describe deployment inventory',
  'describe pod POD0',
  'describe node lab-node-1',
  'describe service inventory',
  'logs POD0',
  'logs POD0 --tail 1',
  'logs POD0 --previous',
  'logs deploy/inventory --tail 1',
  'logs nobody',
  'rollout status deployment/inventory',
  'rollout history deployment/inventory',
  'api-resources --api-group apps -o name',
  'cluster-info',
  'wait --for=condition=Available deployment/inventory --timeout=5s',
] as const

/** Each of these changes what the next one sees. */
const CHANGES = [
  'scale deployment inventory --replicas=4',
  'get deployment inventory',
  'set image deployment/inventory inventory=inventory:r2',
  'rollout status deployment/inventory --timeout=10s',
  'rollout history deployment/inventory',
  'rollout undo deployment/inventory',
  'rollout restart deployment/inventory',
  'delete pod POD0 --wait=false',
  'annotate deployment inventory note=hello',
  'patch deployment inventory -p \'{"spec":{"replicas":3}}\'',
  'cordon lab-node-2',
  'get nodes',
  'uncordon lab-node-2',
  'delete deployment nobody',
  'scale deployment inventory --replicas=2 --current-replicas=9',
] as const

describe.skipIf(version !== '32')('kubectl 1.32 against the stand-in', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>
  const home = mkdtempSync(join(tmpdir(), 'kubectl-'))
  const kubeconfig = join(home, 'kubeconfig')
  beforeAll(async () => {
    cluster = await startCluster()
    await cluster.pods()
    cluster.fleet.log.push({
      ts: new Date().toISOString(),
      level: 'error',
      instance: '127.0.0.1:8001',
      pid: 1,
      message: 'something failed',
    })
    writeKubeconfig(kubeconfig, { server: cluster.url, authority: cluster.certificate.cert, user: 'admin', token: 'admin' })
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  /** What a person would see, without what differs from run to run. */
  async function kubectl(line: string): Promise<string> {
    const pods = (await cluster.pods()).map(({ metadata }) => metadata.name)
    const words = [...line.replace('POD0', pods[0] ?? '').matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''))
    const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: kubeconfig }
    const { stdout, stderr } = await run('kubectl', words, { env, timeout: 30_000 }).catch(
      (error: { stdout: string; stderr: string }) => error,
    )
    return plain(`${stdout}${stderr}`, pods)
  }

  function plain(text: string, pods: string[]): string {
    const named = pods.reduce((all, pod, i) => all.replaceAll(pod, `POD${i}`.padEnd(pod.length, '_')), text)
    return (
      named
        .replace(/\b\d+(?:s|m|h|d)(?:\d+s)?(?= |$|\n)/gm, 'AGE')
        .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID')
        .replace(/\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}/g, 'TIME')
        .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, 'TIME')
        .replaceAll(cluster.url, 'SERVER')
        .replaceAll(release(), 'KERNEL')
        .replaceAll(COLOUR, '')
        // Columns are as wide as what stands in them.
        .replace(/(\S) {2,}/g, '$1  ')
        .replace(/[ \t]+$/gm, '')
        // Of one moment, in any order.
        .replace(/(?:^(?:AGE| *Normal) {2}.*\n)+/gm, (events) => `${events.trimEnd().split('\n').toSorted().join('\n')}\n`)
    )
  }

  test(`${LOOKS.length} looks show what is there`, async () => {
    const shown: string[] = []
    for (let i = 0; i < LOOKS.length; i += 4)
      shown.push(...(await Promise.all(LOOKS.slice(i, i + 4).map(async (line) => `$ kubectl ${line}\n${await kubectl(line)}`))))
    await expect(shown.join('\n')).toMatchFileSnapshot('../../test-parts/kubectl-looks.txt')
  }, 120_000)

  test(`${CHANGES.length} changes happen to the fleet, and say so`, async () => {
    const shown: string[] = []
    for (const line of CHANGES) shown.push(`$ kubectl ${line}\n${await kubectl(line)}`)
    await expect(shown.join('\n')).toMatchFileSnapshot('../../test-parts/kubectl-changes.txt')
    expect(cluster.fleet.calls).toContain('scale 4')
    expect(cluster.fleet.calls).toContain('deploy r2')
  }, 120_000)

  test('an account without the right is told so', async () => {
    writeKubeconfig(join(home, 'agent'), { server: cluster.url, authority: cluster.certificate.cert, user: 'agent', token: 'agent' })
    const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: join(home, 'agent') }
    const refused = await run('kubectl', ['get', 'pods'], { env }).catch((error: { stderr: string }) => error)
    expect(refused.stderr).toContain(
      'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:oncall:on-call-agent" cannot list resource "pods"',
    )
  }, 30_000)
})
