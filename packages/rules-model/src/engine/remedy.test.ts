import type { CauseId, Diagnosis } from '@oncall-lab/on-call-agent/api'
import { expect, test } from 'vitest'
import type { Facts } from '../facts/facts.ts'
import { remediesFor } from './remedy.ts'

const [one, two, three] = ['127.0.0.1:8001', '127.0.0.1:8002', '127.0.0.1:8003']
type Seen = Parameters<typeof remediesFor>[1]
type Instances = Extract<Facts['instances'], { kind: 'seen' }>['value']['instances']

/** Three instances, of these releases and states. */
function fleet(releases: string[] = ['r3', 'r3', 'r3'], states: string[] = []): Seen {
  const instances = [one, two, three].map((instance, i) => ({ instance, release: releases[i], state: states[i] ?? 'running' }))
  const value = { instances: instances as unknown as Instances, load_balancer: { backends: [] } } // Only what is read here.
  const seen = { service: 'inventory', instances: { kind: 'seen', value, call: undefined as never }, result: () => ({ kind: 'not_asked' }) }
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

const put = { at: BEGAN, what: 'deploy_finished', by: 'somebody', ports: [], from: 'r2', to: null, release: 'r6' }
/** All run r6, which was put in place of r2. */
const deployed = () => ({ ...inside({ list_changes: { changes: [put] } }), instances: fleet(['r6', 'r6', 'r6']).instances })

const actions = (cause: CauseId, instances: string[] = [], facts = fleet(), status: Diagnosis['status'] = 'diagnosed') =>
  remediesFor({ status, cause, instances, root_cause: 'x', confidence: 0.9, evidence: [], priority: 'high', next_steps: ['x'] }, facts).map(
    ({ action, arguments: args }) => [action, args],
  )

test.each<[what: string, found: ReturnType<typeof actions>, wanted: ReturnType<typeof actions>]>([
  ['a hang: a new process there', actions('process_hung', [two]), [['restart_instance', { instance: two }]]],
  ['the way of one instance: out of the balancer', actions('network_partial', [two]), [['drain_instance', { instance: two }]]],
  ['the way of all instances: nothing', actions('network_partial', [one, two, three]), []],
  ['a leak on one: a new process there', actions('memory_leak', [three]), [['restart_instance', { instance: three }]]],
  ['a load: one more', actions('traffic_surge'), [['scale_service', { replicas: 4 }]]],
  ['too few: one more', actions('capacity_reduced'), [['scale_service', { replicas: 4 }]]],
  ['a bad release everywhere: the one before', actions('bad_release'), [['deploy_release', { release: 'r2' }]]],
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
  ['a database that is down', actions('database_down'), []],
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
  [
    'a bad release that was put in place of another than the one before it: back to that one',
    actions('bad_release', [], deployed()),
    [['deploy_release', { release: 'r2' }]],
  ],
  ['locks whose holder was not seen', actions('lock_contention'), []],
  [
    'slots that one client has taken: one of its sessions',
    actions('connections_exhausted', [], inside({ get_connection_stats: taken(34) })),
    [['terminate_session', { pid: 5, began: BEGAN }]],
  ],
  ['slots that many share', actions('connections_exhausted', [], inside({ get_connection_stats: taken(12) })), []],
])('%s', (_what, found, wanted) => {
  expect(found).toEqual(wanted)
})

test('where the instances were not seen, nothing is proposed', () => {
  expect(actions('traffic_surge', [], { ...fleet(), instances: { kind: 'not_asked' } })).toEqual([])
})
