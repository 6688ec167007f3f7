import { expect, test } from 'vitest'
import { actingTarget } from '../../../../test-parts/acting-target.ts'
import { startBrokenShop } from '../../../../test-parts/broken-shop.ts'
import { incidentOf } from '../../../../test-parts/look-tools.ts'

const context = () => ({ incident: incidentOf('inventory'), signal: AbortSignal.timeout(5_000) })
const BADGES = { component: 'inventory', setting: 'BADGES' }

test.each<[name: string, args: object, call: string, undo?: string]>([
  ['rolling_restart', {}, 'POST /rolling-restart {}'],
  [
    'change_setting',
    { ...BADGES, value: 'off' },
    'POST /settings {"component":"inventory","setting":"BADGES","value":"off"}',
    'POST /settings {"component":"inventory","setting":"BADGES","value":"on"}',
  ],
  ['scale_service', { replicas: 4 }, 'POST /scale {"replicas":4}', 'POST /scale {"replicas":3}'],
  ['deploy_release', { release: 'r2' }, 'POST /deploy {"release":"r2"}'],
])('%s %j happens once, is read from the world, and is taken back where it can be', async (name, args, call, undo) => {
  await using shop = await startBrokenShop()
  const action = actingTarget(shop).actions?.find((each) => each.name === name)
  if (!action) throw new Error(`no action ${name}`)
  expect(await action.check(args, context())).toMatchObject({ kind: 'ok' })
  const before = await action.before(args, context())
  expect(await action.readOutcome(args, before, context())).toEqual({ kind: 'not_done' })
  await action.run(args, context())
  expect(await action.readOutcome(args, before, context())).toMatchObject({ kind: 'done' })
  await action.undo?.(args, before, context())
  expect(shop.changes).toEqual([call, ...(undo === undefined ? [] : [undo])])
})

test('start_part starts what is down, once, and is read from the world; it touches neither what runs nor what is somebody else’s', async () => {
  await using shop = await startBrokenShop()
  const action = actingTarget(shop).actions?.find(({ name }) => name === 'start_part')
  const [database, balancer] = shop.parts
  if (!action || !database || !balancer) throw new Error('no such action')
  const args = { part: 'database' }
  expect(await action.check(args, context())).toMatchObject({ reason: 'nothing_to_do' })
  Object.assign(database, { state: 'down' })
  Object.assign(balancer, { state: 'down', is_ours: false })
  expect(await action.check({ part: 'load-balancer' }, context())).toMatchObject({ reason: 'not_ours' })
  expect(await action.check(args, context())).toMatchObject({ kind: 'ok' })
  expect(await action.check(args, { ...context(), incident: incidentOf('nginx') })).toMatchObject({ reason: 'wrong_target' })
  expect(await action.readOutcome(args, {}, context())).toEqual({ kind: 'not_done' })
  database.state = 'starting'
  expect(await action.readOutcome(args, {}, context())).toEqual({ kind: 'under_way' })
  database.state = 'down'
  await action.run(args, context())
  expect(await action.readOutcome(args, {}, context())).toMatchObject({ kind: 'done' })
  expect(shop.changes).toEqual(['POST /start-part {"part":"database"}'])
})

test('an instance that starts again and again can be changed, and one that another change moves cannot', async () => {
  await using shop = await startBrokenShop()
  const { actions = [] } = actingTarget(shop)
  const [first, second] = shop.instances()
  const check = (name: string, args: object) => actions.find((each) => each.name === name)?.check(args, context())
  if (!first || !second) throw new Error('no instances')
  first.state = 'starting'
  expect(await check('restart_instance', { instance: first.instance })).toMatchObject({ kind: 'ok' })
  expect(await check('restart_instance', { instance: second.instance })).toMatchObject({ reason: 'one_at_a_time' })
  expect(await check('deploy_release', { release: 'r2' })).toMatchObject({ kind: 'ok' })
  first.state = 'draining'
  expect(await check('restart_instance', { instance: first.instance })).toMatchObject({ reason: 'one_at_a_time' })
  expect(await check('rolling_restart', {})).toMatchObject({ reason: 'one_at_a_time' })
})

test('with one instance that serves, nothing that touches all is done', async () => {
  await using shop = await startBrokenShop()
  const { actions = [] } = actingTarget(shop)
  for (const instance of shop.instances().slice(1)) instance.state = 'fatal'
  for (const [name, args] of [
    ['rolling_restart', {}],
    ['change_setting', { ...BADGES, value: 'off' }],
  ] as const)
    expect(await actions.find((each) => each.name === name)?.check(args, context())).toMatchObject({ reason: 'last_instance' })
})
