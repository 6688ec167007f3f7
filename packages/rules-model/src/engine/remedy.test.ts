import type { CauseId, Diagnosis } from '@oncall-lab/on-call-agent/api'
import { expect, test } from 'vitest'
import type { Facts } from '../facts/facts.ts'
import { remediesFor } from './remedy.ts'

const [one, two, three] = ['127.0.0.1:8001', '127.0.0.1:8002', '127.0.0.1:8003']
type Seen = Parameters<typeof remediesFor>[1]
type Instances = Extract<Facts['instances'], { kind: 'seen' }>['value']['instances']

/** What the fleet offers, and what a cluster does. */
const FLEET = ['restart_instance', 'drain_instance', 'scale_service', 'deploy_release', 'rolling_restart', 'change_setting', 'start_part']
const CLUSTER = ['delete_pod', 'restart_deployment', 'scale_deployment', 'roll_back_deployment']
const DATABASE = ['terminate_session', 'cancel_query', 'create_index']

/** Three instances, of these releases and states. */
function fleet(releases: string[] = ['r3', 'r3', 'r3'], states: string[] = []): Seen {
  const instances = [one, two, three].map((instance, i) => ({ instance, release: releases[i], state: states[i] ?? 'running' }))
  const value = { instances: instances as unknown as Instances, load_balancer: { backends: [] } } // Only what is read here.
  const notAsked = { kind: 'not_asked' }
  const seen = {
    ...{ service: 'inventory', rate: notAsked, metric: () => notAsked, isCut: () => false, result: () => notAsked },
    instances: { kind: 'seen', value, call: undefined as never },
  }
  return seen as unknown as Seen // Only what is read here.
}

/** The fleet, and what the functions of the database gave. */
function inside(results: Record<string, object>): Seen {
  const result = (_schema: unknown, { tool }: { tool: string }) =>
    results[tool] ? { kind: 'seen', value: results[tool], call: undefined as never } : { kind: 'not_asked' }
  return { ...fleet(), result: result as Facts['result'] } // Only what is read here.
}

const BEGAN = '2026-01-01 00:00:00.5+00'
const root = { pid: 7, began: BEGAN, application: 'stock-import' }
const queued = { pid: 8, began: BEGAN, application: 'schema-migration', lock: 'AccessExclusiveLock on items', waits_for_pids: [7] }
const behind = { pid: 9, began: BEGAN, application: 'inventory', lock: 'AccessShareLock on items', waits_for_pids: [8] }
const victim = { pid: 6, began: BEGAN, application: 'reporting', lock: 'ShareLock on transactionid', waits_for_pids: [7] }
const taken = (sessions: number) => ({
  max_connections: 60,
  by_client: [{ application: 'reporting', sessions, oldest: { pid: 5, began: BEGAN } }],
})

const INDEX = { index: 'orders_customer', table: 'orders', columns: ['customer'], state: 'missing' }
const [whole, indexed] = [
  { table: 'orders', hint: 'orders is read whole', rows_read_whole_per_second: 6_000_000 },
  { table: 'items', hint: null, rows_read_whole_per_second: 0 },
]
const tables = (missing_indexes: object[] | undefined, ...read: object[]) =>
  inside({ get_table_stats: { tables: read, ...(missing_indexes && { missing_indexes }) } })

const put = { at: BEGAN, what: 'deploy_finished', by: 'somebody', ports: [], from: 'r5', to: null, release: 'r6' }
/** All run r6, which was put in place of r5; what ran well before that is known, or is not. */
const deployed = (back_to?: string) => ({
  ...inside({ list_changes: { changes: [{ ...put, ...(back_to && { back_to }) }] } }),
  instances: fleet(['r6', 'r6', 'r6']).instances,
})
const set = (component: string, setting: string, from: string, to: string, ports: number[] = []) => ({
  ...{ at: BEGAN, what: `setting_changed ${component} ${setting}`, by: 'somebody', ports, from, to, release: null },
})
const changed = (...changes: object[]) => inside({ list_changes: { changes } })
/** The same as pods. */
function pods(releases?: string[]): Seen {
  const { instances, ...rest } = fleet(releases)
  if (instances.kind === 'seen') for (const [i, each] of instances.value.instances.entries()) each.pod = `inventory-${i}`
  return { ...rest, instances } as Seen
}

const actions = (cause: CauseId, instances: string[] = [], facts = fleet(), status: Diagnosis['status'] = 'diagnosed') =>
  offered([...FLEET, ...DATABASE], cause, instances, facts, status)
const inCluster = (cause: CauseId, instances: string[] = [], facts = pods()) => offered(CLUSTER, cause, instances, facts)

function offered(names: string[], cause: CauseId, instances: string[], facts: Seen, status: Diagnosis['status'] = 'diagnosed') {
  const diagnosis = {
    status,
    cause,
    instances,
    root_cause: 'x',
    confidence: 0.9,
    evidence: [],
    priority: 'high' as const,
    next_steps: ['x'],
  }
  return remediesFor(diagnosis, facts, { isOffered: (name) => names.includes(name) }).map(({ action, arguments: args }) => [action, args])
}

test.each<[what: string, found: ReturnType<typeof actions>, wanted: ReturnType<typeof actions>]>([
  ['a hang: a new process there', actions('process_hung', [two]), [['restart_instance', { instance: two }]]],
  ['the way of one instance: out of the balancer', actions('network_partial', [two]), [['drain_instance', { instance: two }]]],
  ['the way of all instances: nothing', actions('network_partial', [one, two, three]), []],
  ['a leak on one: a new process there', actions('memory_leak', [three]), [['restart_instance', { instance: three }]]],
  ['a load: one more', actions('traffic_surge'), [['scale_service', { replicas: 4 }]]],
  ['too few: one more', actions('capacity_reduced'), [['scale_service', { replicas: 4 }]]],
  [
    'too few, since somebody took some away: as many as before',
    actions('capacity_reduced', [], changed({ ...put, what: 'scaled', from: '4', to: '3', release: null })),
    [['scale_service', { replicas: 4 }]],
  ],
  [
    'a release that is still being put in place of all: everywhere back to the one that ran well',
    actions('bad_release', [], {
      ...fleet(['r6', 'r2', 'r2']),
      result: changed({ ...put, what: 'deploy_started', ports: [1, 2, 3], back_to: 'r2' }).result,
    }),
    [['deploy_release', { release: 'r2' }]],
  ],
  ['a bad release everywhere whose history is not known: nothing, and not the number below', actions('bad_release'), []],
  [
    'a bad release after another: back to the one that ran well',
    actions('bad_release', [], deployed('r2')),
    [['deploy_release', { release: 'r2' }]],
  ],
  ['a bad release that nothing good is known before: nothing', actions('bad_release', [], deployed()), []],
  [
    'an older release on one: back to that of the others',
    actions('bad_release', [two], fleet(['r4', 'r2', 'r4'])),
    [
      ['deploy_release', { release: 'r4', instances: [two] }],
      ['drain_instance', { instance: two }],
    ],
  ],
  ['a password that was changed: new processes everywhere', actions('database_refuses_login', [one, two]), [['rolling_restart', {}]]],
  [
    'a balancer with an old list: its setting, not that of another part',
    actions('stale_backends', [], changed(set('inventory', 'BADGES', 'off', 'on'), set('load-balancer', 'discovery', 'dynamic', 'static'))),
    [['change_setting', { component: 'load-balancer', setting: 'discovery', value: 'dynamic' }]],
  ],
  [
    'a setting that is back already',
    actions(
      'stale_backends',
      [],
      changed(set('load-balancer', 'discovery', 'static', 'dynamic'), set('load-balancer', 'discovery', 'dynamic', 'static')),
    ),
    [],
  ],
  [
    'a hang of one pod: another pod, then all',
    inCluster('process_hung', [two]),
    [
      ['delete_pod', { pod: 'inventory-1' }],
      ['restart_deployment', {}],
    ],
  ],
  ['a load on a cluster: one pod more', inCluster('traffic_surge'), [['scale_deployment', { replicas: 4 }]]],
  ['too few pods: one more', inCluster('capacity_reduced'), [['scale_deployment', { replicas: 4 }]]],
  ['a bad release of a deployment: its revision before', inCluster('bad_release'), [['roll_back_deployment', {}]]],
  ['a changed password on a cluster: the deployment anew', inCluster('database_refuses_login'), [['restart_deployment', {}]]],
  ['what only a session of the database cures is nothing for a cluster', inCluster('lock_contention'), []],
  [
    'a bad release on one: back there, or out of the balancer',
    actions('bad_release', [two], fleet(['r3', 'r4', 'r3'])),
    [
      ['deploy_release', { release: 'r3', instances: [two] }],
      ['drain_instance', { instance: two }],
    ],
  ],
  [
    'of two that are named the one that does not run',
    actions('crash_loop', [one, two], fleet(undefined, ['running', 'fatal'])),
    [['restart_instance', { instance: two }]],
  ],
  ['an error in the code', actions('application_exception', [two]), []],
  ['what has recovered', actions('recovered', [two], fleet(), 'recovered'), []],
  ['nothing wrong', actions('nothing_wrong', [], fleet(), 'false_alarm'), []],
  ['a suspicion', actions('process_hung', [two], fleet(), 'suspected'), []],
  ['an instance that nobody lists', actions('process_hung', ['127.0.0.1:8009']), []],
  ['a database that is down: its start', actions('database_down'), [['start_part', { part: 'database' }]]],
  ['a balancer that is down: its start', actions('load_balancer_down'), [['start_part', { part: 'load-balancer' }]]],
  ['a database that is down, of a cluster: nothing', inCluster('database_down'), []],
  [
    'a transaction that others wait for: its session, not the one that runs longest',
    actions('lock_contention', [], inside({ get_lock_info: { roots: [root], waits: [victim] } })),
    [['terminate_session', { pid: 7, began: BEGAN }]],
  ],
  [
    'a migration that queues, and everybody behind it: its statement, not the report that it waits for',
    actions('lock_contention', [], inside({ get_lock_info: { roots: [root], waits: [queued, behind] } })),
    [['cancel_query', { pid: 8, began: BEGAN }]],
  ],
  ['locks whose holder was not seen', actions('lock_contention'), []],
  [
    'slots that one client has taken: one of its sessions',
    actions('connections_exhausted', [], inside({ get_connection_stats: taken(34) })),
    [['terminate_session', { pid: 5, began: BEGAN }]],
  ],
  [
    'a table that is read whole for want of a declared index: that index',
    actions('slow_query', [], tables([INDEX, { ...INDEX, index: 'items_name', table: 'items' }], indexed, whole)),
    [['create_index', { index: 'orders_customer' }]],
  ],
  [
    'one that an earlier build left invalid: it again',
    actions('slow_query', [], tables([{ ...INDEX, state: 'invalid' }], whole)),
    [['create_index', { index: 'orders_customer' }]],
  ],
  ['an index that is being built', actions('slow_query', [], tables([{ ...INDEX, state: 'being_built' }], whole)), []],
  ['two that are missing on one table', actions('slow_query', [], tables([INDEX, { ...INDEX, index: 'orders_at' }], whole)), []],
  ['a missing index of a table that nobody reads whole', actions('slow_query', [], tables([INDEX], indexed)), []],
  ['a table that is read whole, where nothing is declared', actions('slow_query', [], tables(undefined, whole)), []],
  ['a missing index that is only suspected to matter', actions('slow_query', [], tables([INDEX], whole), 'suspected'), []],
  ['slots that many share', actions('connections_exhausted', [], inside({ get_connection_stats: taken(12) })), []],
])('%s', (_what, found, wanted) => {
  expect(found).toEqual(wanted)
})

test('where the instances were not seen, nothing is proposed', () => {
  expect(actions('traffic_surge', [], { ...fleet(), instances: { kind: 'not_asked' } })).toEqual([])
})
