import { expect, it } from 'vitest'
import { startCluster } from '../../test-parts/start-cluster.ts'

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/inventory'
const NODE = '/api/v1/nodes/lab-node-1'
const STRATEGIC = 'application/strategic-merge-patch+json'
const MERGE = 'application/merge-patch+json'
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const container = (over: object) => ({
  spec: { template: { spec: { containers: [{ name: 'inventory', image: 'inventory:r1', ...over }] } } },
})

it.each<[string, string, object | string]>([
  ['containers that are an object', DEPLOYMENT, { spec: { template: { spec: { containers: {} } } } }],
  ['a container that is a text', DEPLOYMENT, { spec: { template: { spec: { containers: ['x'] } } } }],
  ['a container without a name', DEPLOYMENT, { spec: { template: { spec: { containers: [{ image: 'inventory:r1' }] } } } }],
  ['ports that are a number', DEPLOYMENT, container({ ports: 7 })],
  ['resources that are a list', DEPLOYMENT, container({ resources: [] })],
  ['limits that are a text', DEPLOYMENT, container({ resources: { limits: 'much' } })],
  ['a template that is a list', DEPLOYMENT, { spec: { template: [] } }],
  ['a template without labels', DEPLOYMENT, { spec: { template: { metadata: null } } }],
  ['labels that are numbers', DEPLOYMENT, { spec: { template: { metadata: { labels: { app: 7 } } } } }],
  ['annotations that are a list', DEPLOYMENT, { metadata: { annotations: [1] } }],
  ['a spec that is a text', DEPLOYMENT, { spec: 'x' }],
  ['500 levels', DEPLOYMENT, `{"metadata":{"annotations":{"a":${deep(500)}}}}`],
  ['100,000 levels', DEPLOYMENT, deep(100_000)],
  ['an annotation of 100 kB', DEPLOYMENT, { metadata: { annotations: { a: 'x'.repeat(100_000) } } }],
  ['a node whose taints are a text', NODE, { spec: { taints: 'x' } }],
  ['a node whose taints are null', NODE, { spec: { taints: [null] } }],
  ['a node whose labels are a list', NODE, { metadata: { labels: ['a'] } }],
  ['a node that is cordoned with a text', NODE, { spec: { unschedulable: 'yes' } }],
])('%s are refused, and leave the cluster as it was', async (_name, path, change) => {
  await using cluster = await startCluster({ replicas: 1 })
  await cluster.pods()
  for (const type of [MERGE, STRATEGIC]) {
    const { status } = await cluster.call('PATCH', path, { type, body: change })
    expect([400, 422]).toContain(status)
  }
  expect(cluster.fleet.calls).toEqual([])
  for (const read of [DEPLOYMENT, NODE, '/api/v1/nodes', '/api/v1/pods', '/apis/apps/v1/replicasets', '/metrics'])
    expect((await cluster.call('GET', read, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).status).toBe(200)
})

it.each([
  ['a parameter given twice', '/api/v1/pods?labelSelector=app%3Dinventory&labelSelector=b&fieldSelector=spec.nodeName%3Da&fieldSelector=b'],
  ['a list in a parameter', '/api/v1/pods?watch[]=true&limit[]=1'],
  ['__proto__ as a parameter', '/api/v1/pods?__proto__=1&constructor=2'],
])('%s is no fault of the server', async (_name, path) => {
  await using cluster = await startCluster({ replicas: 1 })
  expect((await cluster.call('GET', path)).status).toBe(200)
})

it('a delete whose preconditions are null is a delete without any', async () => {
  await using cluster = await startCluster({ replicas: 1 })
  const [pod] = await cluster.pods()
  const { status } = await cluster.call('DELETE', `/api/v1/namespaces/shop/pods/${pod?.metadata.name}?dryRun=All`, {
    body: { preconditions: null },
  })
  expect(status).toBe(200)
})

it.each([
  [[null]],
  [[{}]],
  [[{ op: 'replace', path: true, value: 1 }]],
  [[{ op: 7, path: '/spec' }]],
  [[{ op: 'test', path: '/spec/replicas', value: 99 }]],
  [{}],
])('the JSON patch %j is refused', async (body) => {
  await using cluster = await startCluster({ replicas: 1 })
  await cluster.pods()
  expect((await cluster.call('PATCH', DEPLOYMENT, { type: 'application/json-patch+json', body })).status).toBe(400)
})

it.each<[string, unknown[]]>([
  ['300,000 operations that are none', Array.from({ length: 300_000 }, () => 1)],
  [
    'a copy of all labels into them, 40 times',
    Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '/metadata', path: `/metadata/annotations/a${i}` })),
  ],
])('a JSON patch of %s is refused with 413, as by the API server', async (_name, operations) => {
  await using cluster = await startCluster({ replicas: 1 })
  await cluster.pods()
  const start = { op: 'add', path: '/metadata/annotations', value: {} }
  const { status } = await cluster.call('PATCH', DEPLOYMENT, { type: 'application/json-patch+json', body: [start, ...operations] })
  expect([status, cluster.fleet.calls]).toEqual([413, []])
})
