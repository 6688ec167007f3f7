import type { CauseId, Diagnosis } from '@oncall-lab/on-call-agent/api'
import { expect, test } from 'vitest'
import type { Facts } from '../facts/facts.ts'
import { remediesFor } from './remedy.ts'

const [one, two, three] = ['127.0.0.1:8001', '127.0.0.1:8002', '127.0.0.1:8003']
type Instances = Extract<Facts['instances'], { kind: 'seen' }>['value']['instances']

/** Three instances, of these releases and states. */
function fleet(releases: string[] = ['r3', 'r3', 'r3'], states: string[] = []): Pick<Facts, 'instances'> {
  const instances = [one, two, three].map((instance, i) => ({ instance, release: releases[i], state: states[i] ?? 'running' }))
  const value = { instances: instances as unknown as Instances, load_balancer: { backends: [] } } // Only what is read here.
  return { instances: { kind: 'seen', value, call: undefined as never } }
}

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
])('%s', (_what, found, wanted) => {
  expect(found).toEqual(wanted)
})

test('where the instances were not seen, nothing is proposed', () => {
  expect(actions('traffic_surge', [], { instances: { kind: 'not_asked' } })).toEqual([])
})
