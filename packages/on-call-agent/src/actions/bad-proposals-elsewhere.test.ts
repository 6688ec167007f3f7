import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addOncallSchema } from '@oncall-lab/inventory/test-parts/oncall-schema'
import { query } from '@oncall-lab/postgres-server/query'
import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { startCluster } from '@oncall-lab/stand-ins/test-cluster'
import { startTestHost } from '@oncall-lab/stand-ins/test-host'
import { expect, inject, onTestFinished, vi } from 'vitest'
import { actingTarget } from '../../test-parts/acting-target.ts'
import { test as withShop } from '../../test-parts/acting-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { badProposalsFor, type Elsewhere, type There } from '../../test-parts/bad-proposals-elsewhere.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { nothingRemembered } from '../../test-parts/nothing-remembered.ts'
import { call } from '../../test-parts/scripted-model.ts'
import { callTool } from '../functions/call-tool.ts'
import { LIMITS } from '../functions/limits.ts'
import { concludeWithPage } from '../store/contract/store-test.ts'
import { hosts } from '../targets/hosts/target.ts'
import { kubernetes } from '../targets/kubernetes/target.ts'
import { postgres } from '../targets/postgres/target.ts'
import type { Action } from './action.ts'
import { proposeAction } from './propose-action.ts'

const DEPS = { onError: () => {}, remembered: nothingRemembered }
const COUNT = 100
const NOTHING: There = {
  sessions: { pool: { pid: 1, began: '' }, idle: { pid: 1, began: '' }, admin: { pid: 1, began: '' } },
  pod: '',
}

interface World {
  service: string
  actions: readonly Action[]
  there: There
  /** What was changed there, in its own words. */
  changes: () => Promise<unknown[]>
}

function actionsOf(connection: { kind: string; port?: { actions?: readonly Action[] } }): readonly Action[] {
  return connection.port?.actions ?? []
}

/** Somebody's session for as long as the test runs, with the mark by which the functions name it. */
async function session(url: string, admin: string, application: string) {
  const own = new URL(url)
  own.searchParams.set('application_name', application)
  const ended = query(own.href, 'SELECT pg_sleep(60)').catch(() => undefined)
  const mark = `SELECT pid, backend_start::text AS began FROM pg_stat_activity WHERE application_name = '${application}' AND datname = current_database()`
  const found = await vi.waitUntil(async () => (await query(admin, mark))[0], { interval: 10, timeout: 8_000 })
  onTestFinished(async () => {
    await query(admin, `SELECT pg_terminate_backend(${found.pid})`)
    await ended
  })
  return found as { pid: number; began: string } // As selected.
}

async function openDatabase(): Promise<World> {
  const database = await createTestDatabase(inject('postgresUrl'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  await query(
    database.url,
    `CREATE TABLE orders (id int PRIMARY KEY, customer int);
     CREATE INDEX orders_customer ON orders (customer);
     CREATE TABLE items (id text PRIMARY KEY); INSERT INTO items VALUES ('16'), ('17')`,
  )
  await addOncallSchema(database.url)
  await query(
    database.url,
    "INSERT INTO oncall.declared_indexes VALUES ('orders_customer', 'orders', '{customer}'), ('of_nothing', 'no_table', '{id}')",
  )
  const [url, admin] = [new URL(database.url), new URL(database.url)]
  url.username = 'oncall'
  admin.username = 'postgres'
  const sessions = {
    pool: await session(database.url, admin.href, 'inventory'),
    idle: await session(database.url, admin.href, 'stock-import'),
    admin: await session(admin.href, admin.href, 'psql'),
  }
  const pids = Object.values(sessions).map(({ pid }) => pid)
  return {
    service: 'inventory',
    actions: actionsOf(postgres.connect({ SHOP_DATABASE_URL: url.href }, DEPS)),
    there: { ...NOTHING, sessions },
    async changes() {
      const left = await query(admin.href, `SELECT pid FROM pg_stat_activity WHERE pid = ANY('{${pids.join()}}')`)
      const made = await query(admin.href, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1")
      const same = made.map(({ relname }) => relname).join() === 'items,items_pkey,orders,orders_customer,orders_pkey'
      const rows = await query(admin.href, 'SELECT id FROM items')
      return left.length === pids.length && same && rows.length === 2 ? [] : [...left, ...made, ...rows]
    },
  }
}

async function openCluster(): Promise<World> {
  const cluster = await startCluster({ replicas: 3 })
  onTestFinished(() => cluster[Symbol.asyncDispose]())
  const [pod] = await cluster.pods()
  const directory = mkdtempSync(join(tmpdir(), 'bad-proposals-'))
  const write = (name: string, content: object) => {
    writeFileSync(join(directory, name), JSON.stringify(content))
    return join(directory, name)
  }
  const kubeconfig = write('kubeconfig', {
    'current-context': 'c',
    clusters: [
      {
        name: 'c',
        cluster: { server: cluster.url, 'certificate-authority-data': Buffer.from(cluster.certificate.cert).toString('base64') },
      },
    ],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user: { token: 'admin' } }],
  })
  const services = { inventory: { namespace: 'shop', deployment: 'inventory' } }
  const INFRASTRUCTURE = write('infrastructure.json', { clusters: { lab: { kubeconfig, namespaces: ['shop'], services } } })
  return {
    service: 'inventory',
    actions: actionsOf(kubernetes.connect({ INFRASTRUCTURE }, DEPS)),
    there: { ...NOTHING, pod: pod?.metadata.name ?? '' },
    changes: async () => cluster.fleet.calls,
  }
}

async function openHosts(): Promise<World> {
  const host = await startTestHost()
  onTestFinished(() => host[Symbol.asyncDispose]())
  return {
    service: 'nginx',
    actions: actionsOf(hosts.connect({ INFRASTRUCTURE: host.infrastructure }, DEPS)),
    there: NOTHING,
    changes: async () => host.lines.filter((line) => /\b(?:restart|logrotate|find|kill|cp|mv|rm)\b/.test(line)),
  }
}

const test = withShop.extend('world', ({ shop }) => async (target: Elsewhere): Promise<World> => {
  if (target === 'database') return openDatabase()
  if (target === 'cluster') return openCluster()
  if (target === 'hosts') return openHosts()
  return { service: 'inventory', actions: actingTarget(shop).actions ?? [], there: NOTHING, changes: async () => shop.changes }
})

test.for<[target: Elsewhere, reasons: string[]]>([
  ['fleet', ['invalid_arguments', 'not_the_last_change', 'nothing_to_do', 'unknown_setting']],
  [
    'database',
    [
      'cannot_be_checked',
      'invalid_arguments',
      'not_declared',
      'not_listed',
      'not_to_blame',
      'nothing_to_do',
      'own_pool',
      'stale',
      'wrong_target',
    ],
  ],
  ['cluster', ['by_hand_only', 'invalid_arguments', 'no_revision', 'out_of_range', 'unknown_action', 'unknown_node', 'unknown_pod']],
  ['hosts', ['invalid_arguments', 'not_listed', 'not_seen']],
])(
  'of 100 bad proposals of actions of %s none is stored or carried out, in mode auto, and each is refused with its reason',
  async ([target, wanted], { store, world }) => {
    const { service, actions, there, changes } = await world(target)
    const policy = { mode: 'auto' as const, minConfidence: 0.8, approveWithinMs: 600_000 }
    const tool = proposeAction({ store, policy, personOnCall: 'whatsapp:+15550100001', onProposed: () => {} }, actions)
    const labels = { service, ...(service === 'nginx' && { hostname: 'web-prod-01.company.com' }) }
    const [opened] = await store.alerts.apply([receivedAlert({ service, labels })])
    const incidentId = opened?.incidentId ?? ''
    await concludeWithPage(store, incidentId, { made: diagnosis({ instances: ['127.0.0.1:8002'] }) })
    const incident = await store.incidents.find(incidentId)
    if (!incident) throw new Error('no incident')
    const reasons = new Set<string>()
    const bad = badProposalsFor(target, there, COUNT)
    for (const [i, args] of bad.entries()) {
      const context = { incident, limits: LIMITS, signal: new AbortController().signal }
      const { ok, result } = await callTool([tool], call(`c${i}`, 'propose_action', args), context)
      expect([args, ok, result]).toEqual([args, false, expect.any(String)])
      reasons.add(JSON.parse(result).error.code)
    }
    expect(bad).toHaveLength(COUNT)
    expect([...reasons].toSorted()).toEqual(wanted)
    expect(await store.actions.list()).toEqual([])
    expect(await changes()).toEqual([])
  },
)
