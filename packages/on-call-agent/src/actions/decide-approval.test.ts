import { expect, test } from 'vitest'
import { type ApprovalFacts, decideApproval } from './decide-approval.ts'

const action: ApprovalFacts['action'] = {
  id: 'A1',
  status: 'proposed',
  code: '4821',
  digest: 'd',
  expires_at: '2026-01-01T12:10:00.000Z',
  incident_id: 'i',
  permission: 'mode_approve',
  decided_by: null,
}
const facts = (over: Partial<ApprovalFacts>): ApprovalFacts => ({
  action,
  code: '4821',
  mayApprove: true,
  incidentId: null,
  digest: 'd',
  now: new Date('2026-01-01T12:05:00Z'),
  ...over,
})

test.each<[what: string, over: Partial<ApprovalFacts>, reason: string]>([
  ['somebody who may not', { mayApprove: false }, 'not_allowed'],
  ['a wrong code', { code: '4822' }, 'wrong_code'],
  ['the code of another proposal, with this action’s name', { code: '1111' }, 'wrong_code'],
  ['a message about another incident', { incidentId: 'other' }, 'other_incident'],
  ['the second approval', { action: { ...action, status: 'approved' } }, 'already_decided'],
  ['an action that has run', { action: { ...action, status: 'verified' } }, 'already_decided'],
  ['one that was denied', { action: { ...action, status: 'denied' } }, 'already_decided'],
  ['ten minutes later', { now: new Date('2026-01-01T12:10:00Z') }, 'expired'],
  ['one that was expired', { action: { ...action, status: 'expired' } }, 'expired'],
  ['another policy', { digest: 'e' }, 'policy_changed'],
  ['a mode in which nothing runs', { action: { ...action, permission: 'only_proposing' } }, 'only_proposing'],
])('%s is no approval', (_what, over, reason) => {
  expect(decideApproval(facts(over))).toMatchObject({ kind: 'refuse', reason })
})

test('the right code approves, and the console needs none', () => {
  expect(decideApproval(facts({}))).toEqual({ kind: 'approve' })
  expect(decideApproval(facts({ code: undefined, incidentId: 'i' }))).toEqual({ kind: 'approve' })
})
