import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@oncall-lab/service-kit/config'
import { startCluster } from '@oncall-lab/stand-ins/test-cluster'
import { describe, expect, it } from 'vitest'
import { incidentOf } from '../../../test-parts/look-tools.ts'
import { nothingRemembered } from '../../../test-parts/nothing-remembered.ts'
import type { Incident } from '../../api.ts'
import type { FetchLogsResult } from '../../functions.ts'
import type { Target } from '../target.ts'
import { kubernetes } from './target.ts'

const directory = mkdtempSync(join(tmpdir(), 'agent-kubernetes-'))
const CLUSTER = { namespaces: ['shop'], services: { inventory: { namespace: 'shop', deployment: 'inventory' } } }

function write(name: string, content: object): string {
  const path = join(directory, name)
  writeFileSync(path, JSON.stringify(content))
  return path
}

function kubeconfig(server: string, token: string, authority: string): string {
  return write('kubeconfig', {
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user: { token } }],
  })
}

const connect = (config: object) => kubernetes.connect(config, { onError: () => undefined, remembered: nothingRemembered })

/** The target over the stand-in's cluster, and one of its functions called. */
function targetOf(url: string, authority: string, token = 'admin'): Target {
  const file = write('infrastructure.json', { clusters: { lab: { kubeconfig: kubeconfig(url, token, authority), ...CLUSTER } } })
  const connection = connect({ INFRASTRUCTURE: file })
  if (connection.kind === 'off') throw new Error('off')
  return connection.port
}

async function call<T>(target: Target, name: string, args: object, incident: Incident): Promise<T> {
  const tool = target.functions.find((each) => each.name === name)
  if (!tool) throw new Error(`no function ${name}`)
  return (await tool.run(args, { incident, signal: AbortSignal.timeout(5_000) })) as T // Each caller names the documented form.
}

describe('readings of a cluster', () => {
  const incident = incidentOf('inventory')

  it('pods are instances: state, release, restarts and the last exit as the process manager would say them', async () => {
    await using cluster = await startCluster({ replicas: 3 })
    await cluster.pods()
    cluster.fleet.crash(8001, { signal: 'SIGKILL' })
    const target = targetOf(cluster.url, cluster.certificate.cert)
    const { instances, load_balancer } = await call<{ instances: object[]; load_balancer: object }>(target, 'list_instances', {}, incident)
    expect(instances).toMatchObject([
      { instance: '127.0.0.1:8001', port: 8001, state: 'backoff', release: 'r1', last_exit: { signal: 'SIGKILL', code: null } },
      { instance: '127.0.0.1:8002', state: 'running', restarts: 0 },
      { instance: '127.0.0.1:8003', state: 'running' },
    ])
    expect(load_balancer).toEqual({ backends: ['http://127.0.0.1:8002', 'http://127.0.0.1:8003'] })
  })

  it('error lines come from the logs of all pods, those of a dead container included', async () => {
    let now = Date.now() - 10_000
    await using cluster = await startCluster({ replicas: 2, now: () => now })
    await cluster.pods()
    const line = (message: string) =>
      cluster.fleet.log.push({ ts: new Date(now).toISOString(), level: 'error', instance: '127.0.0.1:8001', pid: 1, message })
    line('before the crash')
    cluster.fleet.crash(8001, { code: 1 })
    now += 1_000
    cluster.fleet.recover(8001)
    line('after the crash')
    const target = targetOf(cluster.url, cluster.certificate.cert)
    const logs = await call<FetchLogsResult>(target, 'fetch_logs', { seconds: 60, limit: 50 }, incident)
    expect(logs.entries.map(({ message }) => message)).toEqual(['before the crash', 'after the crash'])
  })

  it('the last ten minutes of the logs are told by template too, as the fleet tells them', async () => {
    const now = Date.now()
    await using cluster = await startCluster({ replicas: 2, now: () => now - 900_000 })
    await cluster.pods()
    for (const [ago, port] of [
      [400, 8001],
      [300, 8002],
      [20, 8001],
    ] as const) {
      const instance = `127.0.0.1:${port}`
      cluster.fleet.log.push({
        ts: new Date(now - ago * 1_000).toISOString(),
        level: 'error',
        instance,
        pid: 1,
        message: `item ${ago} is broken`,
      })
    }
    const alerted = { ...incident, alerts: incident.alerts.map((alert) => ({ ...alert, starts_at: new Date(now - 60_000).toISOString() })) }
    const target = targetOf(cluster.url, cluster.certificate.cert)
    const { entries, templates } = await call<FetchLogsResult>(target, 'fetch_logs', { seconds: 120, limit: 50 }, alerted)
    expect(entries.map(({ message }) => message)).toEqual(['item 20 is broken'])
    expect(templates).toMatchObject([{ before: 2, since: 1, minutes_before: 2, instances: ['127.0.0.1:8001', '127.0.0.1:8002'] }])
    const short = await call<FetchLogsResult>(target, 'fetch_logs', { seconds: 15, limit: 10 }, alerted)
    expect(short.templates).toBeUndefined()
  })

  it('a node that does not report shows in get_nodes, and why a pod waits in get_pods', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    cluster.cluster.setReporting('lab-node-2', false)
    const target = targetOf(cluster.url, cluster.certificate.cert)
    const { nodes } = await call<{ nodes: object[] }>(target, 'get_nodes', {}, incident)
    expect(nodes).toMatchObject([
      { name: 'lab-node-1', ready: 'True' },
      { name: 'lab-node-2', ready: 'Unknown', reason: 'NodeStatusUnknown' },
    ])
    cluster.fleet.crash(8001, { code: 1 })
    const { pods } = await call<{ pods: object[] }>(target, 'get_pods', {}, incident)
    expect(pods).toContainEqual(
      expect.objectContaining({
        containers: [expect.objectContaining({ waiting: expect.objectContaining({ reason: 'CrashLoopBackOff' }) })],
      }),
    )
  })

  it('covers a listed service, an alert of a listed namespace, and nothing else', async () => {
    await using cluster = await startCluster({ replicas: 1 })
    const target = targetOf(cluster.url, cluster.certificate.cert)
    const covers = (service: string, labels = {}) => target.covers(incidentOf(service, labels), AbortSignal.timeout(1_000))
    expect(await covers('inventory')).toBe(true)
    expect(await covers('payments')).toBe(false)
    expect(await covers('kubernetes', { namespace: 'shop' })).toBe(true)
    expect(await covers('kubernetes', { namespace: 'kube-system' })).toBe(false)
    await expect(call(target, 'get_pods', { namespace: 'kube-system' }, incident)).rejects.toMatchObject({ code: 'not_seen' })
    await expect(call(target, 'get_pods', {}, incidentOf('payments'))).rejects.toMatchObject({ code: 'not_seen' })
  })

  it('what the account may not see, and a server with another certificate, are failures that say so', async () => {
    await using cluster = await startCluster({ replicas: 1 })
    const forbidden = targetOf(cluster.url, cluster.certificate.cert, 'agent')
    await expect(call(forbidden, 'get_pods', {}, incident)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('cannot list resource "pods"'),
    })
    const unknown = targetOf(cluster.url, '')
    await expect(call(unknown, 'get_pods', {}, incident)).rejects.toMatchObject({
      code: 'upstream_unreachable',
      message: expect.stringContaining('certificate'),
    })
  })
})

describe('actions', () => {
  const incident = incidentOf('inventory')
  const context = () => ({ incident, signal: AbortSignal.timeout(5_000) })

  function actionOf(target: Target, name: string) {
    const action = target.actions?.find((each) => each.name === name)
    if (!action) throw new Error(`no action ${name}`)
    return action
  }

  /** Checks and runs an action, then waits until the world says that it is done. */
  async function carryOut(target: Target, name: string, args: object): Promise<void> {
    const action = actionOf(target, name)
    expect(await action.check(args, context())).toMatchObject({ kind: 'ok' })
    const before = await action.before(args, context())
    expect(await action.readOutcome(args, before, context())).toEqual({ kind: 'not_done' })
    await action.run(args, context())
    await expect.poll(() => action.readOutcome(args, before, context())).toMatchObject({ kind: 'done' })
  }

  it.each([
    ['restart_deployment', {}, 'rolling restart'],
    ['scale_deployment', { replicas: 4 }, 'scale 4'],
    ['drain_node', { node: 'lab-node-1' }, 'replace 8001'],
  ])('%s %j happens to the fleet, and is read from the world afterwards', async (name, args, call) => {
    await using cluster = await startCluster({ replicas: 3 })
    await cluster.pods()
    await carryOut(targetOf(cluster.url, cluster.certificate.cert), name, args)
    expect(cluster.fleet.calls).toContain(call)
  })

  it('delete_pod ends the pod that was meant, and none that took its place', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    const [pod] = await cluster.pods()
    const target = targetOf(cluster.url, cluster.certificate.cert)
    const args = { pod: pod?.metadata.name }
    await carryOut(target, 'delete_pod', args)
    expect(await actionOf(target, 'delete_pod').check(args, context())).toMatchObject({ kind: 'refuse', reason: 'unknown_pod' })
    await expect(actionOf(target, 'delete_pod').run(args, context())).rejects.toThrow()
    expect(cluster.fleet.calls).toEqual(['replace 8001'])
  })

  it('roll_back_deployment puts the release before back, and refuses where there is none', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    const target = targetOf(cluster.url, cluster.certificate.cert)
    expect(await actionOf(target, 'roll_back_deployment').check({}, context())).toMatchObject({ kind: 'refuse', reason: 'no_revision' })
    const image = (release: string) => ({
      spec: { template: { spec: { containers: [{ name: 'inventory', image: `inventory:${release}` }] } } },
    })
    const type = 'application/strategic-merge-patch+json'
    await cluster.call('PATCH', '/apis/apps/v1/namespaces/shop/deployments/inventory', { body: image('r2'), type })
    await expect
      .poll(async () => (await cluster.pods()).map((pod) => pod.spec.containers[0]?.image))
      .toEqual(['inventory:r2', 'inventory:r2'])
    await carryOut(target, 'roll_back_deployment', {})
    expect(cluster.fleet.calls.filter((each) => each.startsWith('deploy'))).toEqual(['deploy r2', 'deploy r1'])
  })

  it.each([
    ['scale_deployment', { replicas: 8 }, 'out_of_range'],
    ['delete_pod', { pod: 'nobody' }, 'unknown_pod'],
    ['drain_node', { node: 'nowhere' }, 'unknown_node'],
    ['delete_deployment', {}, 'by_hand_only'],
  ])('%s %j is refused: %s', async (name, args, reason) => {
    await using cluster = await startCluster({ replicas: 2 })
    await cluster.pods()
    const target = targetOf(cluster.url, cluster.certificate.cert)
    expect(await actionOf(target, name).check(args, context())).toMatchObject({ kind: 'refuse', reason })
    const elsewhere = { incident: incidentOf('payments'), signal: AbortSignal.timeout(5_000) }
    expect(await actionOf(target, name).check(args, elsewhere)).toMatchObject({ kind: 'refuse', reason: 'wrong_target' })
    expect(cluster.fleet.calls).toEqual([])
  })

  it('the last ready pod, and what the account has no right to, are refused', async () => {
    await using cluster = await startCluster({ replicas: 2 })
    const [pod] = await cluster.pods()
    cluster.fleet.crash(8002, { code: 1 })
    const args = { pod: pod?.metadata.name }
    const target = targetOf(cluster.url, cluster.certificate.cert)
    expect(await actionOf(target, 'delete_pod').check(args, context())).toMatchObject({ kind: 'refuse', reason: 'nobody_left' })
    const forbidden = targetOf(cluster.url, cluster.certificate.cert, 'agent')
    expect(await actionOf(forbidden, 'restart_deployment').check({}, context())).toMatchObject({ kind: 'refuse', reason: 'forbidden' })
  })
})

describe('figures that judge an action', () => {
  const incident = incidentOf('inventory')
  const read = async (target: Target, id: string) =>
    (await target.gauges?.slis.find((sli) => sli.id === id)?.read(incident, AbortSignal.timeout(5_000)))?.now

  it('a pod whose container died of late is in trouble although it runs again; the one that takes its place is not', async () => {
    let now = Date.now()
    await using cluster = await startCluster({ replicas: 2, now: () => now })
    await cluster.pods()
    const target = targetOf(cluster.url, cluster.certificate.cert)
    expect(await read(target, 'pods_in_trouble')).toBe(0)
    cluster.fleet.crash(8001, { signal: 'SIGKILL' })
    expect(await read(target, 'pods_in_trouble')).toBe(1)
    now += 1_000
    cluster.fleet.recover(8001)
    expect(await read(target, 'pods_in_trouble')).toBe(1)
    await cluster.fleet.replace(8001)
    expect(await read(target, 'pods_in_trouble')).toBe(0)
  })

  it('pods on a node that does not report count as such, and their last words as no trouble of theirs', async () => {
    await using cluster = await startCluster({ replicas: 3 })
    await cluster.pods()
    const target = targetOf(cluster.url, cluster.certificate.cert)
    cluster.cluster.setReporting('lab-node-1', false)
    expect(await read(target, 'pods_on_lost_nodes')).toBe(2)
    expect(await read(target, 'pods_in_trouble')).toBe(0)
  })
})

describe('configuration', () => {
  it('without a cluster it is off', () => {
    expect(connect({})).toMatchObject({ kind: 'off' })
    expect(connect({ INFRASTRUCTURE: write('empty.json', {}) })).toMatchObject({ kind: 'off' })
  })

  it.each([
    ['no file', join(directory, 'nowhere.json'), 'cannot be read as JSON'],
    ['another section', write('section.json', { servers: {} }), '"servers"; it may have databases, clusters, hosts'],
    ['no namespaces', write('namespaces.json', { clusters: { a: { services: {} } } }), 'clusters.a'],
    [
      'a missing kubeconfig',
      write('kubeconfig.json', { clusters: { a: { ...CLUSTER, kubeconfig: join(directory, 'none') } } }),
      'clusters.a: the kubeconfig',
    ],
    ['outside a cluster', write('inside.json', { clusters: { a: CLUSTER } }), 'give "kubeconfig"'],
  ])('%s is named', (_, INFRASTRUCTURE, problem) => {
    expect(() => connect({ INFRASTRUCTURE })).toThrow(ConfigError)
    expect(() => connect({ INFRASTRUCTURE })).toThrow(problem)
  })
})
