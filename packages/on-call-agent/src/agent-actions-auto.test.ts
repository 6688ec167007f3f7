import { expect } from 'vitest'
import { RESTART, test } from '../test-parts/acting-test.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import type { Diagnosis } from './api.ts'

const BADGES = { component: 'inventory', setting: 'BADGES', value: 'off' }

test('in mode auto a medium action of a sure and grounded diagnosis runs by itself', async ({ shop, store, incident, status }) => {
  await incident([RESTART], { mode: 'auto' })
  expect(await status('A1', 'verified')).toMatchObject({ decided_by: 'auto', permission: 'auto' })
  expect(shop.changes).toHaveLength(1)
  expect(await store.actions.list({ statuses: ['proposed'] })).toEqual([])
})

test.for<[what: string, wanted: typeof RESTART | { action: string; arguments: object }, diagnosed: Partial<Diagnosis>, permission: string]>(
  [
    ['what is high', { action: 'deploy_release', arguments: { release: 'r2' } }, {}, 'level_high'],
    ['what takes a setting back', { action: 'change_setting', arguments: BADGES }, {}, 'level_high'],
    ['a diagnosis that is not sure enough', RESTART, { confidence: 0.79 }, 'low_confidence'],
    ['a suspicion', RESTART, { status: 'suspected', confidence: 0.95 }, 'not_grounded'],
  ],
)('in mode auto %s asks a person, and nothing runs', async ([, wanted, diagnosed, permission], { shop, store, incident, code }) => {
  await incident([wanted], { mode: 'auto' }, diagnosed)
  await code('A1')
  expect(await store.actions.find('A1')).toMatchObject({ status: 'proposed', permission })
  expect(shop.changes).toEqual([])
})

test('in mode auto a wrong action is undone, and the next one of that service asks a person', async ({
  shop,
  store,
  incident,
  status,
  code,
  fires,
}) => {
  shop.sick.clear()
  shop.elsewhere = 0.1
  shop.onChange = async (path) => {
    shop.elsewhere = path === '/drain' ? 0.9 : 0.1
  }
  await incident([{ action: 'drain_instance', arguments: RESTART.arguments }, RESTART], { mode: 'auto' })
  expect(await status('A1', 'worse')).toMatchObject({ decided_by: 'auto', undo: 'done' })
  await fires(receivedAlert({ status: 'resolved' }))
  await fires(receivedAlert({ alertname: 'InventoryHighErrorRate' }))
  await code('A2')
  expect(await store.actions.find('A2')).toMatchObject({ status: 'proposed', permission: 'auto_switched_off' })
})
