import { expect, test, vi } from 'vitest'
import { actingTarget } from '../../test-parts/acting-target.ts'
import { test as acting, POLICY, RESTART } from '../../test-parts/acting-test.ts'
import { receivedAlert, secondsAgo } from '../../test-parts/alerts.ts'
import { diagnosis } from '../../test-parts/diagnosis.ts'
import { call, calls, FIRST_LOOK, NOTE, says, scriptedModel } from '../../test-parts/scripted-model.ts'
import type { TimelineEvent } from '../api.ts'
import { decideSecondLook, newsOf, type SecondLookFacts } from './second-look.ts'

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
  news: {
    at: more.news === undefined ? undefined : new Date(AT + Number(more.news) * 1_000),
    investigations: Number(more.investigations ?? 1),
  },
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
  ['the cause was known, and the alert has come back', facts('diagnosed', { news: 5 }), { kind: 'look' }],
  ['it has only just come back', facts('diagnosed', { news: 20 }), { kind: 'wait', ms: 10_000 }],
  ['it has come back and ended', facts('diagnosed', { news: 5, over: true }), { kind: 'none', reason: 'over' }],
  ['it has come back for the eighth time', facts('diagnosed', { news: 5, investigations: 8 }), { kind: 'none', reason: 'enough' }],
])('%s', (_what, found, wanted) => {
  expect(decideSecondLook(found)).toEqual(wanted)
})

const at = (seconds: number, event: object) => ({ at: new Date(AT + seconds * 1_000).toISOString(), event }) as TimelineEvent // Only what is read.
const looked = at(0, { kind: 'investigation_started' })
const alert = (seconds: number, alertname: string) => at(seconds, { kind: 'alert_firing', alertname })
const reopened = (seconds: number) => at(seconds, { kind: 'incident_reopened' })

test.each<[what: string, timeline: TimelineEvent[], seconds: number | undefined]>([
  ['nothing', [alert(-1, 'A'), looked], undefined],
  ['the other rules of one trouble', [looked, alert(100, 'B')], undefined],
  ['the same alert of another instance', [alert(-1, 'A'), looked, alert(300, 'A')], undefined],
  ['an alert of another name, late', [alert(-1, 'A'), looked, alert(300, 'B')], 300],
  ['an incident that was opened again', [looked, reopened(50)], 50],
  ['the newest of several', [looked, reopened(50), reopened(170)], 170],
  ['what the newest look has known', [looked, reopened(50), at(60, { kind: 'investigation_started' })], undefined],
])('news is: %s', (_what, timeline, seconds) => {
  expect(newsOf(timeline).at).toEqual(seconds === undefined ? undefined : new Date(AT + seconds * 1_000))
})

acting('an incident that is opened again is looked at again, and another cause is told', async ({ shop, store, start, fires, phone }) => {
  const again: string[] = []
  const model = scriptedModel(({ transcript }) => {
    const last = transcript.at(-1)
    if (!transcript.some(({ role }) => role === 'assistant')) return FIRST_LOOK
    if (last?.role === 'user') {
      again.push(last.content)
      return calls(call('again', 'compute_error_rate'))
    }
    if (last?.content?.includes('"accepted":true')) return says('none')
    const cause = transcript.some(({ role, content }) => role === 'user' && content?.includes('another trouble'))
      ? 'database_down'
      : 'pool_leak'
    return calls(NOTE, call('send', 'send_diagnosis', diagnosis({ cause })))
  })
  await start(model, { targets: [actingTarget(shop)], actionPolicy: POLICY, lookAgainAfterMs: [10] })
  const episode = (i: number, over: object = {}) => receivedAlert({ startsAt: secondsAgo(50 - 10 * i), ...over })
  const cause = async (id: string | null = '') => (await store.incidents.find(id ?? ''))?.diagnosis?.cause
  let [outcome] = await fires(episode(0))
  for (const i of [1, 2, 3]) {
    const id = outcome?.incidentId
    await vi.waitFor(async () => expect(await cause(id)).toBe('pool_leak'), { interval: 5, timeout: 8_000 })
    await fires(episode(i - 1, { status: 'resolved', endsAt: secondsAgo(55 - 10 * i) }))
    ;[outcome] = await fires(episode(i))
  }
  expect(outcome).toMatchObject({ effect: 'reopened' })
  await vi.waitFor(async () => expect(await cause(outcome?.incidentId)).toBe('database_down'), { interval: 5, timeout: 8_000 })
  await vi.waitFor(() => expect(phone.bodies().filter((body) => body.includes('Looked again'))).toHaveLength(1), { interval: 5 })
  expect(again).toHaveLength(1)
  expect(again[0]).toMatch(/^Nobody has written\. The alert still fires.*another trouble.*alertname/s)
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
