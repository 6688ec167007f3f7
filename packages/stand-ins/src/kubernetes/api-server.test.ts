import { describe, expect, it } from 'vitest'
import { startCluster } from '../../test-parts/start-cluster.ts'
import type { Event, Node } from './kinds.ts'

interface Table {
  columnDefinitions: { name: string; priority: number }[]
  rows: { object: { kind: string } }[]
}

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/inventory'
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'

describe('what is there', () => {
  it('every running instance is a ready pod of the deployment, on one of two nodes', async () => {
    await using cluster = await startCluster({ replicas: 3 })
    const pods = await cluster.pods()
    expect(pods).toHaveLength(3)
    for (const pod of pods) {
      expect(pod.metadata.name).toMatch(/^inventory-[a-z\d]{10}-[a-z\d]{5}$/)
      expect(pod.status).toMatchObject({
        phase: 'Running',
        podIP: '127.0.0.1',
        containerStatuses: [{ ready: true, restartCount: 0, image: 'inventory:r1' }],
      })
    }
    expect(new Set(pods.map((pod) => pod.spec.nodeName))).toEqual(new Set(['lab-node-1', 'lab-node-2']))
    const body = await cluster.deployment()
    expect(body.status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3, observedGeneration: body.metadata.generation })
  })

  it('a process that dies is the same pod: CrashLoopBackOff with its exit code, then one restart more', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    const [before] = await cluster.pods()
    cluster.fleet.crash(8001, { signal: 'SIGKILL' })
    const during = (await cluster.pods()).find((pod) => pod.metadata.name === before?.metadata.name)
    expect(during?.status.containerStatuses?.[0]).toMatchObject({
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 137, reason: 'Error' } },
    })
    cluster.fleet.recover(8001)
    const after = (await cluster.pods()).find((pod) => pod.metadata.uid === before?.metadata.uid)
    expect(after?.status.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 1, state: { running: expect.anything() } })
    const { body } = await cluster.call<{ items: Event[] }>(
      'GET',
      `/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name=${before?.metadata.name},reason=BackOff`,
    )
    expect(body.items).toMatchObject([{ type: 'Warning', message: expect.stringContaining('Back-off restarting failed container') }])
  })

  it('a node that does not report is NotReady, and its pods are not ready', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    expect(cluster.cluster.setReporting('lab-node-2', false)).toBe(true)
    const { body } = await cluster.call<Node>('GET', '/api/v1/nodes/lab-node-2')
    expect(body.status.conditions.at(-1)).toMatchObject({ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' })
    const pods = await cluster.pods()
    const ready = pods.map((pod) => [pod.spec.nodeName, pod.status.containerStatuses?.[0]?.ready])
    expect(ready).toEqual(
      expect.arrayContaining([
        ['lab-node-1', true],
        ['lab-node-2', false],
      ]),
    )
    expect(cluster.cluster.setReporting('nowhere', false)).toBe(false)
  })

  it('rows for kubectl come as a Table, whole objects on demand', async () => {
    await using cluster = await startCluster({ replicas: 1 })
    const { body } = await cluster.call<Table>('GET', '/api/v1/namespaces/shop/pods', { accept: TABLE })
    expect(
      body.columnDefinitions.filter(({ priority }: { priority: number }) => priority === 0).map(({ name }: { name: string }) => name),
    ).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age'])
    expect(body.rows[0]).toMatchObject({
      cells: [expect.any(String), '1/1', 'Running', 0, expect.any(String), '127.0.0.1', 'lab-node-1', '<none>', '<none>'],
      object: { kind: 'PartialObjectMetadata' },
    })
    const whole = await cluster.call<Table>('GET', '/api/v1/pods?includeObject=Object', { accept: TABLE })
    expect(whole.body.rows[0]?.object.kind).toBe('Pod')
  })
})

describe('changes reach the fleet', () => {
  it('the scale subresource starts and stops instances', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    const { status, body } = await cluster.call<{ spec: { replicas: number } }>('PATCH', `${DEPLOYMENT}/scale`, {
      type: MERGE,
      body: { spec: { replicas: 4 } },
    })
    expect([status, body.spec.replicas]).toEqual([200, 4])
    await expect.poll(async () => (await cluster.pods()).length).toBe(4)
    expect(cluster.fleet.calls).toEqual(['scale 4'])
  })

  it('more pods than the nodes have room for are Pending, and say why', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    await cluster.call('PATCH', `${DEPLOYMENT}/scale`, { type: MERGE, body: { spec: { replicas: 12 } } })
    await expect.poll(async () => (await cluster.pods()).length).toBe(12)
    const pending = (await cluster.pods()).filter((pod) => pod.status.phase === 'Pending')
    expect(pending.map((pod) => pod.status.conditions[0]?.message)).toEqual(Array(2).fill('0/2 nodes are available: 2 Too many pods.'))
    await cluster.call('PATCH', `${DEPLOYMENT}/scale`, { type: MERGE, body: { spec: { replicas: 3 } } })
    await expect.poll(async () => (await cluster.pods()).length).toBe(3)
  })

  it('a restart replaces every pod by one of a new replica set', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    const before = (await cluster.pods()).map((pod) => pod.metadata.name)
    await cluster.call('PATCH', DEPLOYMENT, {
      type: STRATEGIC,
      body: { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } },
    })
    await expect.poll(async () => (await cluster.pods()).filter((pod) => before.includes(pod.metadata.name)).length).toBe(0)
    const body = await cluster.deployment()
    expect(body.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2')
    expect(body.status).toMatchObject({ updatedReplicas: 2, readyReplicas: 2 })
    expect(cluster.fleet.calls).toEqual(['rolling restart'])
  })

  it('an image that is a release is rolled out; one that is none waits in ImagePullBackOff while the old pods go on, and can be undone', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    const image = (tag: string) => ({
      spec: {
        template: {
          spec: { '$setElementOrder/containers': [{ name: 'inventory' }], containers: [{ name: 'inventory', image: `inventory:${tag}` }] },
        },
      },
    })
    await cluster.call('PATCH', DEPLOYMENT, { type: STRATEGIC, body: image('r2') })
    await expect
      .poll(async () => (await cluster.pods()).map((pod) => pod.spec.containers[0]?.image))
      .toEqual(['inventory:r2', 'inventory:r2'])
    await cluster.call('PATCH', DEPLOYMENT, { type: STRATEGIC, body: image('r99') })
    await expect.poll(async () => (await cluster.pods()).length).toBe(3)
    const states = (await cluster.pods()).map((pod) => pod.status.containerStatuses?.[0]?.state.waiting?.reason ?? pod.status.phase)
    expect(states.toSorted()).toEqual(['ImagePullBackOff', 'Running', 'Running'])
    expect((await cluster.deployment()).status).toMatchObject({ updatedReplicas: 1, readyReplicas: 2 })
    await cluster.call('PATCH', DEPLOYMENT, { type: STRATEGIC, body: image('r2') })
    await expect.poll(async () => (await cluster.pods()).length).toBe(2)
    expect(cluster.fleet.calls.filter((call) => call === 'deploy r2')).toHaveLength(1)
  })

  it('a release that the fleet refuses because it is busy is no missing image, and the deployment says what runs', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    cluster.fleet.isBusy = true
    const containers = [{ name: 'inventory', image: 'inventory:r2' }]
    await cluster.call('PATCH', DEPLOYMENT, { type: STRATEGIC, body: { spec: { template: { spec: { containers } } } } })
    await expect.poll(async () => (await cluster.deployment()).spec.template.spec.containers[0]?.image).toBe('inventory:r1')
    expect(await cluster.pods()).toHaveLength(2)
    expect(cluster.problems).toEqual(['roll out inventory:r2'])
  })

  it('a deleted pod is replaced by another one; a precondition that does not hold changes nothing', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    const [pod] = await cluster.pods()
    const path = `/api/v1/namespaces/shop/pods/${pod?.metadata.name}`
    const refused = await cluster.call('DELETE', path, { body: { preconditions: { uid: 'another' } } })
    expect([refused.status, refused.body.reason]).toEqual([409, 'Conflict'])
    expect(cluster.fleet.calls).toEqual([])
    await cluster.call('DELETE', path, { body: { preconditions: { uid: pod?.metadata.uid } } })
    await expect.poll(async () => (await cluster.call('GET', path)).status).toBe(404)
    expect(await cluster.pods()).toHaveLength(2)
  })

  it('dryRun changes nothing', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    const { body } = await cluster.call<{ spec: { replicas: number } }>('PATCH', `${DEPLOYMENT}/scale?dryRun=All`, {
      type: MERGE,
      body: { spec: { replicas: 5 } },
    })
    expect(body.spec.replicas).toBe(5)
    await cluster.call('DELETE', `${DEPLOYMENT}?dryRun=All`)
    expect(cluster.fleet.calls).toEqual([])
    expect((await cluster.deployment()).spec.replicas).toBe(2)
  })

  it('what others do to the fleet stands in the deployment', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    await cluster.fleet.scale(4)
    expect((await cluster.deployment()).spec.replicas).toBe(4)
    await cluster.fleet.deploy('r2')
    expect((await cluster.deployment()).spec.template.spec.containers[0]?.image).toBe('inventory:r2')
  })
})

describe('logs', () => {
  it('a pod has the lines of its own process; --previous those of the one before', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    await using cluster = await startCluster({ replicas: 2, now: () => now })
    const [pod] = await cluster.pods()
    const line = (port: number, message: string) =>
      cluster.fleet.log.push({ ts: new Date(now).toISOString(), level: 'error', instance: `127.0.0.1:${port}`, pid: 1, message })
    now += 1_000
    line(8001, 'first')
    line(8002, 'another instance')
    now += 1_000
    cluster.fleet.crash(8001, { code: 1 })
    now += 5_000
    cluster.fleet.recover(8001)
    line(8001, 'second')
    const path = `/api/v1/namespaces/shop/pods/${pod?.metadata.name}/log`
    await cluster.pods()
    expect((await cluster.call('GET', path)).body).toMatchObject({ message: 'second' })
    expect((await cluster.call('GET', `${path}?previous=true`)).body).toMatchObject({ message: 'first' })
    expect((await cluster.call('GET', `${path}?tailLines=0`)).body).toBe('')
    const other = (await cluster.pods()).find((each) => each.metadata.name !== pod?.metadata.name)
    const none = await cluster.call('GET', `/api/v1/namespaces/shop/pods/${other?.metadata.name}/log?previous=true`)
    expect([none.status, none.body.message]).toEqual([
      400,
      `previous terminated container "inventory" in pod "${other?.metadata.name}" not found`,
    ])
  })
})

describe('metrics', () => {
  it('are those of kube-state-metrics', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    cluster.fleet.crash(8001, { code: 1 })
    const { body } = await cluster.call<string>('GET', '/metrics')
    expect(body).toMatch(
      /^kube_pod_container_status_waiting_reason\{namespace="shop",pod="inventory-[^"]+",container="inventory",reason="CrashLoopBackOff"\} 1$/m,
    )
    expect(body).toContain('kube_node_status_condition{node="lab-node-1",condition="Ready",status="true"} 1')
    expect(body).toContain('kube_deployment_spec_replicas{namespace="shop",deployment="inventory"} 2')
  })
})

describe('watch', () => {
  it('goes on where a list ended, and ends after timeoutSeconds', async () => {
    await using cluster = await startCluster({ replicas: 1 })
    const list = await cluster.call<{ metadata: { resourceVersion: string } }>('GET', '/api/v1/namespaces/shop/pods')
    await cluster.fleet.scale(2)
    const { body } = await cluster.call(
      'GET',
      `/api/v1/namespaces/shop/pods?watch=true&resourceVersion=${list.body.metadata.resourceVersion}&timeoutSeconds=0`,
    )
    expect(body).toMatchObject({ type: 'ADDED', object: { kind: 'Pod', status: { phase: 'Running' } } })
  })
})
