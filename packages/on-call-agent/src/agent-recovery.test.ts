import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { expect, vi } from 'vitest'
import { PERSON, test } from '../test-parts/agent-test.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import { diagnosis } from '../test-parts/diagnosis.ts'
import { lookTarget, lookTools } from '../test-parts/look-tools.ts'
import { ordinary } from '../test-parts/ordinary-model.ts'
import { brokenOrder, call, calls, FIRST_LOOK, says, scriptedModel } from '../test-parts/scripted-model.ts'
import type { ChatMessage } from './incidents/transcript.ts'
import type { Store } from './store/ports.ts'

test('a restart in the middle of an investigation goes on with it and pages once', async ({
  store,
  phone,
  start,
  stop,
  idle,
  fires,
  delivered,
}) => {
  await start(
    scriptedModel((request, turn) =>
      turn === 0
        ? FIRST_LOOK
        : new Promise((_resolve, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason))),
    ),
  )
  await fires(receivedAlert())
  await vi.waitFor(async () => expect((await store.transcripts.read((await store.incidents.find('I1'))?.id ?? '')).length).toBe(5))
  await stop()
  expect(await store.incidents.pendingInvestigations()).toHaveLength(1)
  const model = ordinary()
  await start(model)
  await delivered(1)
  await idle()
  expect(model.requests).toHaveLength(1)
  expect(phone.delivered).toHaveLength(1)
})

test.for<[title: string, left: ChatMessage[], asks: number]>([
  ['before the model answered', [{ role: 'user', content: 'why?' }], 1],
  ['in a function call', [{ role: 'user', content: 'why?' }, calls(call('c', 'list_instances'))], 1],
  ['between the words and their sending', [{ role: 'user', content: 'why?' }, says('You said: why?')], 0],
])('a restart %s answers the person once', async ([_title, left, asks], { store, phone, start, stop, idle, fires, delivered }) => {
  await start(ordinary())
  await fires(receivedAlert())
  await delivered(1)
  await stop()
  const incidentId = (await store.incidents.find('I1'))?.id ?? ''
  const message = (await store.inbox.receive({ vendorId: 'SM9', from: PERSON, body: 'why?', incidentId }))?.id ?? 0
  await store.inbox.begin(message)
  await store.transcripts.append(incidentId, left.slice(1), [])
  const model = scriptedModel((request) => {
    expect(brokenOrder(request.transcript)).toBeUndefined()
    expect(request.transcript.filter(({ content }) => content === 'why?')).toHaveLength(1)
    return says('You said: why?')
  })
  await start(model)
  await delivered(2)
  await idle()
  expect(phone.bodies().slice(1)).toEqual(['You said: why?'])
  expect(model.requests).toHaveLength(asks)
})

test('a call that a restart left open behind a diagnosis is closed before the next message of a person', async ({
  store,
  phone,
  start,
  writes,
  delivered,
}) => {
  await store.alerts.apply([receivedAlert()])
  const incidentId = (await store.incidents.find('I1'))?.id ?? ''
  const both = calls(call('s', 'send_diagnosis', diagnosis()), call('t', 'send_diagnosis', diagnosis()))
  const accepted = { role: 'tool' as const, tool_call_id: 's', content: '{"accepted":true}' }
  await store.transcripts.append(incidentId, [both, accepted])
  await store.incidents.conclude(incidentId, { diagnosis: diagnosis(), madeBy: 'model' })
  await store.outbox.queue({ incidentId, to: PERSON, kind: 'page', body: 'page' })
  const model = scriptedModel(({ transcript }) => says(brokenOrder(transcript) ?? 'in order'))
  await start(model)
  await writes('why?')
  await delivered(2)
  expect(phone.bodies()).toEqual(['page', 'in order'])
})

test('a database that fails for a moment keeps back neither the page nor the next one', async ({
  store,
  phone,
  errors,
  start,
  fires,
  delivered,
}) => {
  let times = 0
  const twoOfThreeFail =
    <Args extends unknown[], Result>(whole: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      times += 1
      if (times % 3 !== 0) throw new Error('database is locked')
      return whole(...args)
    }
  const { outbox } = store
  const failing: Store = {
    ...store,
    transaction: twoOfThreeFail(store.transaction) as Store['transaction'], // Its result's type is the caller's.
    outbox: { ...outbox, markAccepted: twoOfThreeFail(outbox.markAccepted), markFailed: twoOfThreeFail(outbox.markFailed) },
    hold: (work, task) => store.hold(work, (_held, lost) => task(failing, lost)),
  }
  await start(ordinary(), { store: guard(failing, redact) })
  // Alertmanager tries again on a 503.
  await vi.waitFor(() => fires(receivedAlert()))
  await delivered(1)
  await vi.waitFor(() => fires(receivedAlert({ service: 'other' })))
  await delivered(2)
  await vi.waitFor(async () => expect(await store.outbox.list(['pending', 'sending', 'unknown'])).toEqual([]), { timeout: 15_000 })
  expect(phone.delivered).toHaveLength(2)
  expect(errors.length).toBeGreaterThan(0)
})

test('the agent stops within a second while a function ignores its signal', async ({ store, start, stop, fires }) => {
  await start(
    scriptedModel(() => FIRST_LOOK),
    { targets: [lookTarget(lookTools().map((tool) => ({ ...tool, run: () => new Promise<object>(() => {}) })))] },
  )
  await fires(receivedAlert())
  await vi.waitFor(async () =>
    expect((await store.transcripts.read((await store.incidents.find('I1'))?.id ?? '')).length).toBeGreaterThan(2),
  )
  const started = performance.now()
  await stop()
  expect(performance.now() - started).toBeLessThan(1_000)
})
