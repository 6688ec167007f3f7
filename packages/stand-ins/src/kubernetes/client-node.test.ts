import { PassThrough } from 'node:stream'
import {
  type ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  Log,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
  Watch,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCluster } from '../../test-parts/start-cluster.ts'

// The official client judges the stand-in: each of its answers is parsed by the API's own types.
const namespace = 'shop'
const name = 'inventory'
let cluster: Awaited<ReturnType<typeof startCluster>>
let access: KubeConfig
beforeAll(async () => {
  cluster = await startCluster({ replicas: 2 })
  access = accessOf('admin')
})
afterAll(() => cluster[Symbol.asyncDispose]())

function accessOf(token: string): KubeConfig {
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'lab', server: cluster.url, caData: Buffer.from(cluster.certificate.cert).toString('base64'), skipTLSVerify: false },
    { name: token, token },
  )
  return config
}

const core = () => access.makeApiClient(CoreV1Api)
const apps = () => access.makeApiClient(AppsV1Api)
const podNames = async () => (await core().listNamespacedPod({ namespace })).items.flatMap((pod) => pod.metadata?.name ?? [])

/** What the client throws, with the server's own words. */
async function refusalOf(call: Promise<unknown>): Promise<[number, string]> {
  const error = await call.then(
    () => undefined,
    (thrown: ApiException<string>) => thrown,
  )
  return [error?.code ?? 0, (JSON.parse(error?.body ?? '{}') as { reason?: string }).reason ?? '']
}

it('lists and reads pods, deployments, nodes, services, endpoints and events', async () => {
  const { items } = await core().listNamespacedPod({ namespace, labelSelector: 'app=inventory' })
  expect(items.map((pod) => [pod.status?.phase, pod.status?.containerStatuses?.[0]?.ready])).toEqual([
    ['Running', true],
    ['Running', true],
  ])
  expect(items[0]?.metadata?.creationTimestamp).toBeInstanceOf(Date)
  const deployment = await apps().readNamespacedDeployment({ name, namespace })
  expect(deployment.status).toMatchObject({ replicas: 2, readyReplicas: 2 })
  expect((await apps().listNamespacedReplicaSet({ namespace })).items).toHaveLength(1)
  expect((await core().listNode()).items.map((node) => node.metadata?.name)).toEqual(['lab-node-1', 'lab-node-2'])
  expect((await core().readNamespacedService({ name, namespace })).spec?.ports?.[0]?.port).toBe(80)
  expect((await core().listNamespacedEndpoints({ namespace })).items[0]?.subsets).toHaveLength(2)
  expect((await core().listNamespacedEvent({ namespace })).items.map(({ reason }) => reason)).toContain('Started')
})

it('reads the log of a container at once and as a stream, and that of the container before it', async () => {
  const [pod = ''] = await podNames()
  const line = (message: string) =>
    cluster.fleet.log.push({ ts: new Date().toISOString(), level: 'error', instance: '127.0.0.1:8001', pid: 1, message })
  await expect(refusalOf(core().readNamespacedPodLog({ name: pod, namespace, previous: true }))).resolves.toEqual([400, 'BadRequest'])
  line('before the crash')
  expect(await core().readNamespacedPodLog({ name: pod, namespace, tailLines: 1 })).toContain('before the crash')
  cluster.fleet.crash(8001, { code: 1 })
  const previous = await core().readNamespacedPodLog({ name: pod, namespace, previous: true })
  expect(previous).toContain('before the crash')
  cluster.fleet.recover(8001)
  const seen: string[] = []
  const sink = new PassThrough().setEncoding('utf8').on('data', (chunk: string) => seen.push(chunk))
  line('after the crash')
  await new Log(access).log(namespace, pod, name, sink, { tailLines: 5 })
  await expect.poll(() => seen.join(''), { timeout: 5_000 }).toContain('after the crash')
  expect(seen.join('')).not.toContain('before the crash')
})

it('watches pods as they come and go', async () => {
  const seen: string[] = []
  const watch = await new Watch(access).watch(
    `/api/v1/namespaces/${namespace}/pods`,
    {},
    (type, pod: V1Pod) => seen.push(`${type} ${pod.metadata?.name}`),
    () => undefined,
  )
  const before = await podNames()
  await cluster.fleet.replace(8002)
  await podNames()
  await expect.poll(() => seen.filter((each) => each.startsWith('DELETED'))).toEqual([`DELETED ${before[1]}`])
  watch.abort()
})

it('scales by PATCH and by PUT, restarts, and sets an image', async () => {
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  await apps().patchNamespacedDeploymentScale({ name, namespace, body: { spec: { replicas: 3 } } }, merge)
  await expect.poll(podNames).toHaveLength(3)
  const scale = await apps().readNamespacedDeploymentScale({ name, namespace })
  await apps().replaceNamespacedDeploymentScale({ name, namespace, body: { ...scale, spec: { replicas: 2 } } })
  await expect.poll(podNames).toHaveLength(2)
  const strategic = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch)
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() }
  await apps().patchNamespacedDeployment({ name, namespace, body: { spec: { template: { metadata: { annotations } } } } }, strategic)
  const containers = [{ name, image: 'inventory:r2' }]
  await apps().patchNamespacedDeployment({ name, namespace, body: { spec: { template: { spec: { containers } } } } }, strategic)
  await expect.poll(() => cluster.fleet.calls).toEqual(expect.arrayContaining(['scale 3', 'scale 2', 'rolling restart', 'deploy r2']))
})

it('deletes a pod under a precondition, evicts one, and changes nothing in a dry run', async () => {
  await expect.poll(podNames).toHaveLength(2)
  const [pod] = (await core().listNamespacedPod({ namespace })).items
  const { name: podName = '', uid = '' } = pod?.metadata ?? {}
  const deleting = (wanted: string, dryRun?: string) =>
    core().deleteNamespacedPod({
      name: podName,
      namespace,
      body: { preconditions: { uid: wanted } },
      ...(dryRun !== undefined && { dryRun }),
    })
  expect(await refusalOf(deleting('another'))).toEqual([409, 'Conflict'])
  await deleting(uid, 'All')
  expect(await podNames()).toContain(podName)
  await deleting(uid)
  await expect.poll(podNames).not.toContain(podName)
  const [next = ''] = await podNames()
  await core().createNamespacedPodEviction({ name: next, namespace, body: { metadata: { name: next, namespace } } })
  await expect.poll(podNames).not.toContain(next)
})

it('errors are the API server’s own: what is not there, what is forbidden, what is stale, what is invalid', async () => {
  expect(await refusalOf(core().readNamespacedPod({ name: 'nobody', namespace }))).toEqual([404, 'NotFound'])
  expect(await refusalOf(accessOf('agent').makeApiClient(CoreV1Api).listNamespacedPod({ namespace }))).toEqual([403, 'Forbidden'])
  // The client keeps no words of this one.
  expect(await refusalOf(accessOf('nobody').makeApiClient(CoreV1Api).listNode())).toEqual([401, ''])
  const deployment = await apps().readNamespacedDeployment({ name, namespace })
  const stale = { ...deployment, metadata: { ...deployment.metadata, resourceVersion: '1' } }
  expect(await refusalOf(apps().replaceNamespacedDeployment({ name, namespace, body: stale }))).toEqual([409, 'Conflict'])
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  const scaling = apps().patchNamespacedDeploymentScale({ name, namespace, body: { spec: { replicas: -1 } } }, merge)
  expect(await refusalOf(scaling)).toEqual([422, 'Invalid'])
})
