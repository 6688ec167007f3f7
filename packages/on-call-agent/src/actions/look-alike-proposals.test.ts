import { argumentsLike, lookAlikes } from '@oncall-lab/test-kit/look-alikes'
import { expect } from 'vitest'
import { actingTarget } from '../../test-parts/acting-target.ts'
import { test } from '../../test-parts/acting-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { incidentOf } from '../../test-parts/look-tools.ts'
import { call } from '../../test-parts/scripted-model.ts'
import { callTool } from '../functions/call-tool.ts'
import { LIMITS } from '../functions/limits.ts'
import { concludeWithPage } from '../store/contract/store-test.ts'
import { proposeAction } from './propose-action.ts'

/** What the shop would take: each is good as it stands here. */
const GOOD: [action: string, args: Record<string, string | number>][] = [
  ['restart_instance', { instance: '127.0.0.1:8002' }],
  ['drain_instance', { instance: '127.0.0.1:8002' }],
  ['scale_service', { replicas: 4 }],
  ['deploy_release', { release: 'r2' }],
  ['change_setting', { component: 'inventory', setting: 'BADGES', value: 'off' }],
  ['rolling_restart', {}],
]
/** A model writes an object as a text now and then, and one thing as a list of it: that is read as what it says. */
const SAME = ['all of it: JSON within a text', 'a list of it']

/** Proposes over an incident that was diagnosed, in mode auto; returns what was taken. */
const withProposer = test.extend('propose', ({ shop, store }) => async (all: { how: string; json: string }[]): Promise<string[]> => {
  const policy = { mode: 'auto' as const, minConfidence: 0.8, approveWithinMs: 600_000 }
  const deps = { store, policy, personOnCall: 'whatsapp:+15550100001', onProposed: () => {} }
  const tool = proposeAction(deps, actingTarget(shop).actions ?? [])
  const [opened] = await store.alerts.apply([receivedAlert()])
  const incidentId = opened?.incidentId ?? ''
  await concludeWithPage(store, incidentId, { made: diagnosis({ instances: ['127.0.0.1:8002'] }) })
  const incident = await store.incidents.find(incidentId)
  if (!incident) throw new Error('no incident')
  const taken: string[] = []
  for (const [i, { how, json }] of all.entries()) {
    const context = { incident, limits: LIMITS, signal: new AbortController().signal }
    const { ok } = await callTool([tool], call(`c${i}`, 'propose_action', json), context)
    if (ok) taken.push(`${how}: ${json.slice(0, 200)}`)
  }
  return taken
})
const proposal = (action: string, args: string) => `{"action":${action},"arguments":${args},"reason":"It was approved."}`

withProposer('whatever looks like a good proposal and is none is refused, in mode auto', async ({ shop, store, propose }) => {
  const looks = GOOD.flatMap(([action, args]) => [
    ...argumentsLike(args).map(({ how, json }) => ({ how, json: proposal(JSON.stringify(action), json) })),
    ...lookAlikes(action).map(({ how, json }) => ({ how, json: proposal(json, JSON.stringify(args)) })),
  ])
  const other = looks.filter(({ how }) => !SAME.includes(how))
  expect(other.length).toBeGreaterThan(1_000)
  expect(await propose(other)).toEqual([])
  expect(await store.actions.list()).toEqual([])
  expect(shop.changes).toEqual([])
})

test('each of them is good as it stands', async ({ shop }) => {
  const { actions = [] } = actingTarget(shop)
  for (const [name, args] of GOOD) {
    const context = { incident: incidentOf('inventory'), signal: AbortSignal.timeout(5_000) }
    expect([name, await actions.find((each) => each.name === name)?.check(args, context)]).toMatchObject([name, { kind: 'ok' }])
  }
})

withProposer('an instance has one name, also where a setting was changed on it alone', async ({ shop, propose }) => {
  const [badges] = shop.settings
  if (badges) Object.assign(badges, { ports: [{ port: 8_002, value: 'on' }], last_change: { from: 'off', to: 'on', ports: [8_002] } })
  const args = (instance: string) => `{"component":"inventory","setting":"BADGES","value":"off","instances":[${instance}]}`
  const looks = lookAlikes('127.0.0.1:8002').map(({ how, json }) => ({ how, json: proposal('"change_setting"', args(json)) }))
  expect(await propose(looks)).toEqual([])
  expect(await propose([{ how: 'its name', json: proposal('"change_setting"', args('"127.0.0.1:8002"')) }])).toHaveLength(1)
})
