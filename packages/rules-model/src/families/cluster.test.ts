import { expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { FIRING_AT, INSTANCE_NAMES } from '../../test-parts/scene.ts'
import { clusterLooks, reportingNode, runningPod } from '../../test-parts/simulated-cluster.ts'
import { SimulatedIncident } from '../../test-parts/simulated-incident.ts'
import { createWorld, errorRate, runningInstance, type World } from '../../test-parts/simulated-world.ts'
import { remediesFor } from '../engine/remedy.ts'
import { readFacts } from '../facts/facts.ts'
import { readTranscript } from '../transcript.ts'

const [first = '', ...others] = INSTANCE_NAMES
const alertOf = (alertname: string, summary: string, labels: Record<string, string>): World['alerts'] => [
  { alertname, severity: 'critical', summary, labels },
]
const ofPod = { namespace: 'shop', pod: 'inventory-5d9-a', container: 'inventory', service: 'inventory' }
const well = ['b', 'c'].map((end) => runningPod(`inventory-5d9-${end}`))
const container = { name: 'inventory', image: 'inventory:r4', restarts: 0 }
const instancesWith = (changes: Parameters<typeof runningInstance>[1]): World['instances'] => ({
  instances: [runningInstance(first, changes), ...others.map((name) => runningInstance(name))],
  load_balancer: { backends: (changes?.state === undefined ? INSTANCE_NAMES : others).map((name) => `http://${name}`) },
})
const justNow = new Date(FIRING_AT - 8_000).toJSON()

test('a pod in CrashLoopBackOff is a crash loop, and names the pod', () => {
  const exit = { at: justNow, code: null, signal: 'SIGKILL' }
  const { diagnosis } = investigate(
    createWorld({
      alerts: alertOf('PodCrashLoopBackOff', 'the container inventory of pod inventory-5d9-a keeps crashing', ofPod),
      instances: instancesWith({
        state: 'backoff',
        restarts: 3,
        last_exit: exit,
        exits: [{ ...exit, uptime_seconds: 3, expected: false }],
      }),
      database: clusterLooks({
        pods: [
          runningPod('inventory-5d9-a', {
            ready: '0/1',
            containers: [
              {
                ...container,
                restarts: 3,
                waiting: { reason: 'CrashLoopBackOff' },
                last_end: { exitCode: 137, reason: 'Error', finishedAt: justNow },
              },
            ],
          }),
          ...well,
        ],
      }),
    }),
  )
  expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'crash_loop', instances: [first] })
  expect(diagnosis.root_cause).toMatch(/pod inventory-5d9-a waits to be restarted/)
  expect(diagnosis.confidence).toBeGreaterThanOrEqual(0.85)
})

test('a container that exceeded its memory limit is out of memory, and no crash loop', () => {
  const exit = { at: justNow, code: null, signal: 'SIGKILL' }
  const { diagnosis } = investigate(
    createWorld({
      alerts: alertOf('PodOOMKilled', 'the container inventory of pod inventory-5d9-a was killed: it exceeded its memory limit', ofPod),
      instances: instancesWith({ restarts: 1, last_exit: exit, exits: [{ ...exit, uptime_seconds: 90, expected: false }] }),
      database: clusterLooks({
        pods: [
          runningPod('inventory-5d9-a', {
            containers: [{ ...container, restarts: 1, last_end: { exitCode: 137, reason: 'OOMKilled', finishedAt: justNow } }],
          }),
          ...well,
        ],
      }),
    }),
  )
  expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'out_of_memory' })
  expect(diagnosis.root_cause).toMatch(/OOMKilled/)
  expect(diagnosis.root_cause).not.toMatch(/kill from outside/)
})

test.each([
  ['an hour before', 3_600, undefined],
  [
    'well before requests began to fail',
    120,
    { at: new Date(FIRING_AT - 20_000).toJSON(), ended_at: null, error_rate_before: 0, error_rate_within: 0.8 },
  ],
])('how a container ended %s says nothing about a trouble of now', (_, secondsBefore, onset) => {
  const rate = { ...errorRate(0.8), ...(onset && { onset }) }
  const finishedAt = new Date(FIRING_AT - secondsBefore * 1_000).toJSON()
  const ended = (reason: string) => ({ ...container, restarts: 1, last_end: { exitCode: 137, reason, finishedAt } })
  const seenWith = (reason: string) =>
    investigate(
      createWorld({
        rate,
        database: clusterLooks({ pods: [runningPod('inventory-5d9-a', { containers: [ended(reason)] }), ...well] }),
      }),
    ).diagnosis
  const { cause, confidence } = investigate(createWorld({ rate, database: clusterLooks() })).diagnosis
  for (const reason of ['OOMKilled', 'Error']) expect(seenWith(reason), reason).toMatchObject({ cause, confidence })
})

test('an image that cannot be pulled is a bad release; the old pods go on, and nothing is proposed that the cluster has not', () => {
  const { diagnosis } = investigate(
    createWorld({
      alerts: alertOf('ImagePullBackOff', 'the image of pod inventory-77f-x cannot be pulled', { ...ofPod, pod: 'inventory-77f-x' }),
      database: clusterLooks({
        pods: [
          ...well,
          runningPod('inventory-77f-x', {
            phase: 'Pending',
            ready: '0/1',
            containers: [
              { ...container, image: 'inventory:r99', waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } },
            ],
          }),
        ],
      }),
    }),
  )
  expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'bad_release' })
  expect(diagnosis.root_cause).toMatch(/^A release was rolled out that cannot be had: the image inventory:r99 of inventory/)
  expect(diagnosis.next_steps[0]).toContain('kubectl rollout undo deployment/inventory')
})

test('a pod that no node has room for is exhausted room', () => {
  const why = '0/2 nodes are available: 2 Too many pods.'
  const { diagnosis } = investigate(
    createWorld({
      alerts: alertOf('PodPending', 'no node has room for pod inventory-5d9-z', { ...ofPod, pod: 'inventory-5d9-z' }),
      database: clusterLooks({
        pods: [...well, runningPod('inventory-5d9-z', { phase: 'Pending', node: null, ready: '0/1', containers: [], why })],
      }),
    }),
  )
  expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'resource_exhausted', component: 'nodes' })
  expect(diagnosis.root_cause).toContain(why.slice(0, 30))
})

test('a node that does not report is named, and drained with permission', () => {
  const lost = reportingNode('lab-node-2', {
    ready: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  })
  const incident = new SimulatedIncident(
    createWorld({
      service: 'kubernetes',
      alerts: alertOf('NodeNotReady', 'the node lab-node-2 is not ready', { node: 'lab-node-2', service: 'kubernetes' }),
      database: clusterLooks({ nodes: [reportingNode('lab-node-1'), lost] }),
    }),
  )
  // Prometheus has no metric of the service `kubernetes`.
  const diagnosis = incident.investigate(['fetch_logs', 'list_instances', 'note_hypotheses', 'send_diagnosis'])
  expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'service_down_on_host', component: 'lab-node-2 (kubelet)' })
  expect(diagnosis.root_cause).toContain('Kubelet stopped posting node status.')
  const { alerts, calls } = readTranscript(incident.messages)
  expect(remediesFor(diagnosis, readFacts(alerts, calls)).map(({ action, arguments: args }) => [action, args])).toContainEqual([
    'drain_node',
    { node: 'lab-node-2' },
  ])
})

test('a cluster that is well is no cause of anything', () => {
  const { diagnosis } = investigate(createWorld({ database: clusterLooks() }))
  expect(diagnosis.cause).not.toMatch(/service_down_on_host|resource_exhausted|bad_release|crash_loop|out_of_memory/)
})
