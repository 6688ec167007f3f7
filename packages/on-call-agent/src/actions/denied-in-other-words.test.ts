import { expect } from 'vitest'
import { actingTarget } from '../../test-parts/acting-target.ts'
import { test } from '../../test-parts/acting-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { call } from '../../test-parts/scripted-model.ts'
import { callTool } from '../functions/call-tool.ts'
import { LIMITS } from '../functions/limits.ts'
import { concludeWithPage } from '../store/contract/store-test.ts'
import { cancelQuery } from '../targets/postgres/actions/cancel-query.ts'
import { terminateSession } from '../targets/postgres/actions/terminate-session.ts'
import { isSameAction } from './digest.ts'
import { proposeAction } from './propose-action.ts'

const [FIRST, SECOND] = ['127.0.0.1:8001', '127.0.0.1:8002']

test('what a person denied is refused also with its instances in another order', async ({ shop, store }) => {
  const policy = { mode: 'approve' as const, minConfidence: 0.8, approveWithinMs: 600_000 }
  const deps = { store, policy, personOnCall: 'whatsapp:+15550100001', onProposed: () => {} }
  const tool = proposeAction(deps, actingTarget(shop).actions ?? [])
  const [opened] = await store.alerts.apply([receivedAlert()])
  const incidentId = opened?.incidentId ?? ''
  await concludeWithPage(store, incidentId, { made: diagnosis() })
  const incident = await store.incidents.find(incidentId)
  if (!incident) throw new Error('no incident')
  const propose = (instances: string[]) =>
    callTool([tool], call('c', 'propose_action', { action: 'deploy_release', arguments: { release: 'r2', instances }, reason: 'x' }), {
      incident,
      limits: LIMITS,
      signal: new AbortController().signal,
    })
  expect((await propose([FIRST, SECOND])).ok).toBe(true)
  await store.actions.move('A1', { from: ['proposed'], to: 'denied' })
  expect(JSON.parse((await propose([SECOND, FIRST])).result)).toMatchObject({ error: { code: 'denied_before' } })
})

test.each([terminateSession, cancelQuery])('%s is the same whether the database is named or not', (action) => {
  const { name, meaning } = action([])
  const session = { pid: 4711, began: '2026-01-01 00:00:00+00' }
  const meant = (args: object) => ({ action: name, arguments: meaning?.(args) ?? args })
  expect(isSameAction(meant(session), meant({ ...session, database: 'shop' }))).toBe(true)
  expect(isSameAction(meant(session), meant({ ...session, pid: 4712 }))).toBe(false)
})
