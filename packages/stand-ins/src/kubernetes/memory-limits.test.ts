import { expect, it } from 'vitest'
import { startCluster } from '../../test-parts/start-cluster.ts'
import { bytesOf } from './memory-limits.ts'

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/inventory'
const STRATEGIC = 'application/strategic-merge-patch+json'
const limited = (memory: string | null) => ({
  spec: { template: { spec: { containers: [{ name: 'inventory', resources: { limits: { memory } } }] } } },
})

it.each([
  ['300Mi', 314_572_800],
  ['1Gi', 1_073_741_824],
  ['1.5G', 1_500_000_000],
  ['512', 512],
  ['many', undefined],
  ['-1Mi', undefined],
  ['1Ei', undefined],
])('%s is %s bytes', (quantity, bytes) => {
  expect(bytesOf(quantity)).toBe(bytes)
})

it('a container above its limit is ended once, and says OOMKilled; the others go on', async () => {
  const killed: number[] = []
  const held = new Map<number, number>()
  await using cluster = await startCluster({
    replicas: 2,
    memory: { memoryOf: (pid) => held.get(pid) ?? 80_000_000, kill: (pid) => void killed.push(pid) },
  })
  await cluster.pods()
  await cluster.cluster.enforceLimits()
  await cluster.call('PATCH', DEPLOYMENT, { type: STRATEGIC, body: limited('200Mi') })
  await expect.poll(async () => (await cluster.deployment()).status.updatedReplicas).toBe(2)
  const [first] = await cluster.fleet.instances()
  await cluster.cluster.enforceLimits()
  expect(killed).toEqual([])
  held.set(first?.pid ?? 0, 300_000_000)
  await cluster.cluster.enforceLimits()
  await cluster.cluster.enforceLimits()
  expect(killed).toEqual([first?.pid])
  cluster.fleet.crash(8001, { signal: 'SIGKILL' })
  const ends = (await cluster.pods()).flatMap((pod) => pod.status.containerStatuses?.[0]?.lastState.terminated ?? [])
  expect(ends).toMatchObject([{ reason: 'OOMKilled', exitCode: 137 }])
  const { body } = await cluster.call<string>('GET', '/metrics')
  expect(body).toMatch(/^kube_pod_container_status_last_terminated_reason\{[^}]*reason="OOMKilled"\} 1$/m)
})

it('a process that is killed without having exceeded anything ended with an error', async () => {
  await using cluster = await startCluster({ replicas: 1, memory: { memoryOf: () => 1, kill: () => undefined } })
  await cluster.call('PATCH', DEPLOYMENT, { type: STRATEGIC, body: limited('200Mi') })
  await cluster.cluster.enforceLimits()
  cluster.fleet.crash(8001, { signal: 'SIGKILL' })
  expect((await cluster.pods())[0]?.status.containerStatuses?.[0]?.lastState.terminated).toMatchObject({ reason: 'Error', exitCode: 137 })
})

it('a limit that is no quantity is refused', async () => {
  await using cluster = await startCluster({ replicas: 1 })
  await cluster.pods()
  const { status, body } = await cluster.call('PATCH', DEPLOYMENT, { type: STRATEGIC, body: limited('lots') })
  expect([status, body.reason]).toEqual([422, 'Invalid'])
})
