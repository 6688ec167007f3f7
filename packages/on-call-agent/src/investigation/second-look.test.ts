import { expect, test, vi } from 'vitest'
import { actingTarget } from '../../test-parts/acting-target.ts'
import { test as acting, POLICY, RESTART } from '../../test-parts/acting-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { call, calls, FIRST_LOOK, NOTE, says, scriptedModel } from '../../test-parts/scripted-model.ts'
import { decideSecondLook, type SecondLookFacts } from './second-look.ts'

const AT = Date.parse('2026-01-01T00:00:00Z')
type Made = NonNullable<SecondLookFacts['incident']['diagnosis']>['status']
const facts = (status: Made, { seconds = 30, looks = 0, over = false, ...more }: Record<string, unknown> = {}): SecondLookFacts => ({
  incident: {
    status: status === 'inconclusive' ? 'inconclusive' : 'diagnosed',
    diagnosis: diagnosis({ status }),
    diagnosed_at: new Date(AT).toISOString(),
    alerts: [{ ends_at: over ? new Date(AT).toISOString() : null }] as SecondLookFacts['incident']['alerts'], // Only what is read.
    ...(more.incident as object),
  },
  madeBy: (more.madeBy as 'fallback' | undefined) ?? 'model',
  looks: Number(looks),
  afterMs: [20_000, 40_000],
  now: new Date(AT + Number(seconds) * 1_000),
})

test.each<[what: string, found: SecondLookFacts, wanted: object]>([
  ['the cause is not known, and more has been measured', facts('inconclusive'), { kind: 'look' }],
  ['it is suspected', facts('suspected'), { kind: 'look' }],
  ['it is too early', facts('suspected', { seconds: 15 }), { kind: 'wait', ms: 5_000 }],
  ['a second time, later', facts('suspected', { looks: 1 }), { kind: 'wait', ms: 10_000 }],
  ['twice is enough', facts('suspected', { seconds: 300, looks: 2 }), { kind: 'none', reason: 'enough' }],
  ['the cause is known', facts('diagnosed'), { kind: 'none', reason: 'understood' }],
  ['it has recovered', facts('recovered'), { kind: 'none', reason: 'understood' }],
  ['its alerts have ended', facts('suspected', { over: true }), { kind: 'none', reason: 'over' }],
  ['it is resolved', facts('suspected', { incident: { status: 'resolved' } }), { kind: 'none', reason: 'over' }],
  ['an action is under way', facts('suspected', { incident: { status: 'mitigating' } }), { kind: 'none', reason: 'over' }],
  ['no model could be used', facts('inconclusive', { madeBy: 'fallback' }), { kind: 'none', reason: 'without_model' }],
  ['there is no diagnosis yet', facts('suspected', { incident: { diagnosis: null } }), { kind: 'none', reason: 'without_model' }],
])('%s', (_what, found, wanted) => {
  expect(decideSecondLook(found)).toEqual(wanted)
})

acting(
  'a diagnosis that came too early is followed by another look, and its remedy is proposed then',
  async ({ shop, store, start, fires, phone }) => {
    const diagnoses = [diagnosis({ status: 'suspected' }), diagnosis({ status: 'inconclusive' }), diagnosis()]
    let proposed = false
    const model = scriptedModel(({ transcript, offered }) => {
      const last = transcript.at(-1)
      if (!transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
      if (last?.role === 'user') return calls(call('again', 'compute_error_rate'))
      if (!last?.content?.includes('"accepted":true')) return calls(NOTE, call('send', 'send_diagnosis', diagnoses.shift()))
      if (!offered.includes('propose_action') || diagnoses.length > 0 || proposed) return says('none')
      proposed = true
      return calls(call('propose', 'propose_action', { reason: 'Only this instance fails.', ...RESTART }))
    })
    await start(model, { targets: [actingTarget(shop)], actionPolicy: POLICY, lookAgainAfterMs: [10, 10] })
    const [outcome] = await fires(receivedAlert())
    await vi.waitFor(async () => expect(await store.actions.find('A1')).toMatchObject({ status: 'proposed' }), {
      interval: 5,
      timeout: 8_000,
    })
    expect(await store.incidents.find(outcome?.incidentId ?? '')).toMatchObject({ status: 'diagnosed', diagnosis: { status: 'diagnosed' } })
    const told = phone.bodies().filter((body) => body.includes('Looked again'))
    expect(told).toHaveLength(1)
    expect(diagnoses).toEqual([])
  },
)
