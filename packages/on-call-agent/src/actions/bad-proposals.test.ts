import { expect } from 'vitest'
import { actingTarget } from '../../test-parts/acting-target.ts'
import { test } from '../../test-parts/acting-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { badProposals } from '../../test-parts/bad-proposals.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { call } from '../../test-parts/scripted-model.ts'
import { callTool } from '../functions/call-tool.ts'
import { LIMITS } from '../functions/limits.ts'
import { concludeWithPage } from '../store/contract/store-test.ts'
import { proposeAction } from './propose-action.ts'

test('of 400 bad proposals none is stored or carried out, and each is refused with its reason', async ({ shop, store }) => {
  const target = actingTarget(shop)
  const policy = { mode: 'auto' as const, minConfidence: 0.8, approveWithinMs: 600_000 }
  const tool = proposeAction({ store, policy, personOnCall: 'whatsapp:+15550100001', onProposed: () => {} }, target.actions ?? [])
  const [opened] = await store.alerts.apply([receivedAlert()])
  const incidentId = opened?.incidentId ?? ''
  await concludeWithPage(store, incidentId, { made: diagnosis({ instances: ['127.0.0.1:8002'] }) })
  const incident = await store.incidents.find(incidentId)
  if (!incident) throw new Error('no incident')
  const reasons = new Map<string, number>()
  let atTheBoundary = 0
  const bad = badProposals(400)
  for (const [i, { kind, args }] of bad.entries()) {
    const { ok, result } = await callTool([tool], call(`c${i}`, 'propose_action', args), {
      incident,
      limits: LIMITS,
      signal: new AbortController().signal,
    })
    const { error } = JSON.parse(result)
    expect([kind, args, ok]).toEqual([kind, args, false])
    // No arguments of propose_action itself: refused before anything reads them.
    if (error.message.startsWith('The arguments of propose_action')) atTheBoundary += 1
    reasons.set(error.code, (reasons.get(error.code) ?? 0) + 1)
  }
  expect(bad).toHaveLength(400)
  expect(await store.actions.list()).toEqual([])
  expect(shop.changes).toEqual([])
  expect([...reasons.keys()].toSorted()).toEqual([
    'invalid_arguments',
    'not_proven',
    'out_of_range',
    'unknown_action',
    'unknown_instance',
    'unknown_release',
    'wrong_target',
  ])
  expect((await store.incidents.timeline(incidentId)).filter(({ event }) => event.kind === 'action_refused')).toHaveLength(
    400 - atTheBoundary,
  )
})
