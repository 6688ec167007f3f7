import { expect, test } from 'vitest'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { decidePermission, isAutoOff, type PermissionFacts } from './decide-permission.ts'

const proposal = { action: 'restart_instance', arguments: { instance: '127.0.0.1:8002' }, level: 'medium' as const }
const facts = (over: Partial<PermissionFacts> = {}): PermissionFacts => ({
  policy: { mode: 'auto', minConfidence: 0.8 },
  proposal,
  incident: { status: 'diagnosed', diagnosis: diagnosis() },
  madeBy: 'model',
  earlier: [],
  ofService: [],
  ...over,
})
const policy = (mode: PermissionFacts['policy']['mode']) => ({ mode, minConfidence: 0.8 })
const diagnosed = (over: Parameters<typeof diagnosis>[0]) => ({ status: 'diagnosed' as const, diagnosis: diagnosis(over) })
const earlier = (...statuses: PermissionFacts['earlier'][number]['status'][]) => statuses.map((status) => ({ ...proposal, status }))
const other = { ...proposal, arguments: { instance: '127.0.0.1:8001' } }

test.each<[what: string, over: Partial<PermissionFacts>, kind: string, reason: string]>([
  ['in mode auto a grounded, sure diagnosis allows a medium action', {}, 'allow', 'auto'],
  ['mode off denies', { policy: policy('off') }, 'deny', 'actions_off'],
  ['mode propose asks nobody to approve', { policy: policy('propose') }, 'ask', 'only_proposing'],
  ['mode approve asks', { policy: policy('approve') }, 'ask', 'mode_approve'],
  ['a high level is always a person’s', { proposal: { ...proposal, level: 'high' } }, 'ask', 'level_high'],
  ['confidence below the limit asks', { incident: diagnosed({ confidence: 0.79 }) }, 'ask', 'low_confidence'],
  ['confidence at the limit is enough', { incident: diagnosed({ confidence: 0.8 }) }, 'allow', 'auto'],
  ['a suspicion asks however sure it says it is', { incident: diagnosed({ status: 'suspected', confidence: 1 }) }, 'ask', 'not_grounded'],
  ['a diagnosis without evidence asks', { incident: diagnosed({ evidence: [] }) }, 'ask', 'not_grounded'],
  ['an incident that is over denies', { incident: { status: 'resolved', diagnosis: diagnosis() } }, 'deny', 'incident_over'],
  ['what the figures and the alerts call over denies', { trouble: { kind: 'over', says: 'x' } }, 'deny', 'trouble_over'],
  ['figures that are good again while an alert fires ask', { trouble: { kind: 'eased', says: 'x' } }, 'ask', 'figures_are_good'],
  [
    'figures that are good again after an action that helped deny another one',
    { trouble: { kind: 'eased', says: 'x' }, earlier: [{ ...other, status: 'verified' }] },
    'deny',
    'trouble_over',
  ],
  ['a trouble that goes on is allowed', { trouble: { kind: 'going_on' } }, 'allow', 'auto'],
  ['no diagnosis denies', { incident: { status: 'investigating', diagnosis: null } }, 'deny', 'not_diagnosed'],
  ['a page without a model denies', { madeBy: 'fallback' }, 'deny', 'not_diagnosed'],
  ['an open diagnosis denies', { incident: diagnosed({ status: 'inconclusive' }) }, 'deny', 'not_diagnosed'],
  [
    'an open diagnosis that is sure where it is asks about that instance, also in mode auto',
    { incident: diagnosed({ status: 'inconclusive', instances: ['127.0.0.1:8002'] }) },
    'ask',
    'not_grounded',
  ],
  [
    'an open diagnosis that names two denies',
    { incident: diagnosed({ status: 'inconclusive', instances: ['127.0.0.1:8002', '127.0.0.1:8003'] }) },
    'deny',
    'not_diagnosed',
  ],
  [
    'an open diagnosis that names another denies',
    { incident: diagnosed({ status: 'inconclusive', instances: ['127.0.0.1:8003'] }) },
    'deny',
    'not_diagnosed',
  ],
  [
    'an open diagnosis that shows nothing denies',
    { incident: diagnosed({ status: 'inconclusive', instances: ['127.0.0.1:8002'], evidence: [] }) },
    'deny',
    'not_diagnosed',
  ],
  ['what has recovered denies', { incident: diagnosed({ status: 'recovered' }) }, 'deny', 'nothing_to_cure'],
  ['a false alarm denies', { incident: diagnosed({ status: 'false_alarm' }) }, 'deny', 'nothing_to_cure'],
  ['another proposal that waits denies', { earlier: [{ ...other, status: 'proposed' }] }, 'deny', 'one_at_a_time'],
  ['another action of the service under way denies', { ofService: [{ status: 'started', decided_by: 'a' }] }, 'deny', 'one_at_a_time'],
  ['the same after it ran denies', { earlier: earlier('no_effect') }, 'deny', 'repeated'],
  ['the same with its members in another order denies', { earlier: earlier('verified') }, 'deny', 'repeated'],
  ['the same after a person denied it denies', { earlier: earlier('denied') }, 'deny', 'denied_before'],
  ['the same after it expired is proposed again', { earlier: earlier('expired', 'void') }, 'allow', 'auto'],
  ['another one after a denial is proposed', { earlier: [{ ...other, status: 'denied' }] }, 'allow', 'auto'],
  ['too many in one incident deny', { earlier: Array(6).fill({ ...other, status: 'expired' }) }, 'deny', 'too_many'],
  ['after a wrong one auto asks', { ofService: [{ status: 'worse', decided_by: 'auto' }] }, 'ask', 'auto_switched_off'],
])('%s', (_what, over, kind, reason) => {
  expect(decidePermission(facts(over))).toMatchObject({ kind, reason })
})

test.each<[what: string, ofService: [status: PermissionFacts['ofService'][number]['status'], by: string][], isOff: boolean]>([
  ['nothing ran yet', [], false],
  ['the last one helped', [['verified', 'auto']], false],
  [
    'the last one did not help',
    [
      ['no_effect', 'auto'],
      ['verified', 'auto'],
    ],
    true,
  ],
  ['nobody knows about the last one', [['unknown', 'auto']], true],
  [
    'a person’s action helped since',
    [
      ['verified', '+1'],
      ['worse', 'auto'],
    ],
    false,
  ],
  [
    'a person’s action did not help since',
    [
      ['no_effect', '+1'],
      ['worse', 'auto'],
    ],
    true,
  ],
  [
    'what never ran says nothing',
    [
      ['denied', '+1'],
      ['expired', 'auto'],
      ['worse', 'auto'],
    ],
    true,
  ],
])('auto is %s', (_what, ofService, isOff) => {
  expect(isAutoOff(ofService.map(([status, decided_by]) => ({ status, decided_by })))).toBe(isOff)
})
