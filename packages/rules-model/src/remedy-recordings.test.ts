import { expect, test } from 'vitest'
import { readRecording, replayRemedy } from '../test-parts/replay.ts'

/** As process managers tell it by now: what ran well there before. */
const withHistory = (text: string) => text.replaceAll('\\"from_commit\\"', '\\"back_to\\":\\"r4\\",\\"from_commit\\"')
const one = { instance: '127.0.0.1:14001' }
const three = { instance: '127.0.0.1:14003' }
const set = (component: string, setting: string, value: string, more = {}) => ({
  ...{ action: 'change_setting', arguments: { component, setting, value, ...more } },
})

/** Those that are diagnosed; of what is only suspected, those that are on one instance alone. */
test.each<[recording: string, wanted: { action: string; arguments?: object } | undefined]>([
  ['release-r6', { action: 'deploy_release', arguments: { release: 'r4' } }],
  ['setting-BADGES-on', set('inventory', 'BADGES', 'off')],
  ['setting-DATABASE_URL-missing-one-instance', set('inventory', 'DATABASE_URL', 'given', { instances: ['127.0.0.1:14002'] })],
  ['the-targets-file-is-kept-an-instance-goes', set('process-manager', 'targets_file', 'written')],
  ['a-hung-instance-is-killed', { action: 'restart_instance', arguments: three }],
  ['errors-one-instance', { action: 'drain_instance', arguments: one }],
  ['waiting_migration', { action: 'cancel_query' }],
  ['max_connections', { action: 'terminate_session' }],
  ['latency-one-instance', { action: 'drain_instance', arguments: three }],
  ['the-link-of-one-is-slow', { action: 'drain_instance' }],
  ['a-declared-index-is-gone', { action: 'create_index', arguments: { index: 'reservations_item_id' } }],
  // On a starved machine no instance answers Prometheus either: it is only suspected.
  ['a-declared-index-is-gone-on-a-busy-host', undefined],
  // What the schema declares was not asked then.
  ['an-index-is-gone', undefined],
  // It may be refused: whether it is down or hangs, whoever runs it knows.
  ['the-balancer-hangs', { action: 'start_part', arguments: { part: 'load-balancer' } }],
  ['one-row-ends-each-process-by-its-own-word', { action: 'quarantine_row', arguments: { table: 'items', key: '17' } }],
  // What the processes were doing stood in their words alone then, which is no ground for setting a row aside.
  ['bad_row', undefined],
  // The sessions of the database were not asked for then, so a leak is only suspected.
  ['release-r9', undefined],
])('%s', (recording, wanted) => {
  const found = replayRemedy(withHistory(readRecording(recording)))
  if (wanted) expect(found).toMatchObject(wanted)
  else expect(found).toBeUndefined()
})

test('where the same fleet is a cluster, its own actions are proposed', () => {
  const actions = 'The actions: restart_deployment {} (medium): . scale_deployment {} (medium): . roll_back_deployment {} (high): .'
  expect(replayRemedy(readRecording('a-hung-instance-is-killed'), actions)).toMatchObject({ action: 'restart_deployment' })
  expect(replayRemedy(readRecording('release-r6'), actions)).toMatchObject({ action: 'roll_back_deployment' })
})
