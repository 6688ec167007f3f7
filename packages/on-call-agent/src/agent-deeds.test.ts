import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { expect, vi } from 'vitest'
import { test as agentTest, PERSON } from '../test-parts/agent-test.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import { asked, ordinary } from '../test-parts/ordinary-model.ts'
import { call, calls, scriptedModel } from '../test-parts/scripted-model.ts'
import type { Store } from './store/ports.ts'
import { TrackerError } from './trackers/tracker-error.ts'

const OTHER = 'whatsapp:+15550100002'
const incidentIn = async (store: Pick<Store, 'incidents'>) => {
  const incident = await store.incidents.find('I1')
  if (!incident) throw new Error('There is no incident')
  return incident
}
const kindsOf = async (store: Pick<Store, 'incidents'>) =>
  (await store.incidents.timeline((await incidentIn(store)).id)).map(({ event }) => event.kind)

/** An agent with a page out, a tracker to write to, and a model that must not be asked again; `asks` counts its requests. */
const test = agentTest
  .extend('model', () => ordinary())
  .extend('paged', ({ start, model, jira, fires, delivered }) => async (parts = {}) => {
    const files = scriptedModel((request) =>
      asked(request) === 'create a ticket' && request.offered.includes('create_jira_ticket') && jira.issues.length === 0
        ? calls(call('t', 'create_jira_ticket', { summary: 'a', description: 'a' }))
        : model.answer(request.transcript, [], request.signal),
    )
    await start(files, { trackers: [guard(jira, redact)], ...parts })
    await fires(receivedAlert())
    await delivered(1)
  })

test('"ack" is recorded by code: no model is asked, and the next step is said', async ({
  store,
  phone,
  model,
  paged,
  writes,
  delivered,
}) => {
  await paged()
  const before = model.requests.length
  await writes('👍')
  await delivered(2)
  expect(phone.bodies()[1]).toMatch(/^Noted: you are on it, and nobody else is paged\. \*First:\* Check for undefined/)
  expect(await incidentIn(store)).toMatchObject({ acknowledged_by: PERSON })
  expect(model.requests).toHaveLength(before)
})

test('a false alarm is noted, with what is seen against it', async ({ store, phone, paged, writes, delivered }) => {
  await paged()
  await writes('Fehlalarm')
  await delivered(2)
  expect(phone.bodies()[1]).toMatch(/^Noted as a false alarm by you; nobody else is paged\./)
  expect(await kindsOf(store)).toContain('called_false_alarm')
})

test('a comment and the end of a ticket are done once, by code; without a ticket nothing is', async ({
  store,
  phone,
  jira,
  paged,
  writes,
  delivered,
}) => {
  await paged()
  await writes('close the ticket')
  await delivered(2)
  expect(phone.bodies()[1]).toBe('The ticket was not closed: there is no ticket yet. Write *create ticket* first.')
  await writes('create a ticket')
  await delivered(3)
  await writes('comment: I restarted pg')
  await delivered(4)
  await writes('close the ticket')
  await delivered(5)
  expect(phone.bodies().slice(3)).toEqual(['Your comment stands in *OPS-1*.', '*OPS-1* is closed.'])
  expect([jira.comments, jira.closed]).toEqual([[['OPS-1', 'I restarted pg']], ['OPS-1']])
  expect((await kindsOf(store)).filter((kind) => kind === 'ticket_changed')).toHaveLength(2)
})

test('a tracker that refuses is a sentence, and one that gives no answer leaves a doubt', async ({
  phone,
  jira,
  paged,
  writes,
  delivered,
}) => {
  await paged()
  await writes('create a ticket')
  await delivered(2)
  for (const [claim, words] of [
    ['final', 'was not'],
    ['uncertain', 'may not have been'],
  ] as const) {
    vi.spyOn(jira, 'comment').mockRejectedValueOnce(
      new TrackerError('Jira could not comment on an issue: it is locked', { claim, slow: false, retryAfterMs: undefined, code: 'x' }),
    )
    const before = phone.delivered.length
    await writes('comment: hello')
    await delivered(before + 1)
    expect(phone.bodies().at(-1)).toBe(`The comment ${words} written: Jira could not comment on an issue: it is locked.`)
  }
})

test('a snooze ends with a page to the same person, unless it is over by then', async ({
  store,
  phone,
  paged,
  fires,
  writes,
  delivered,
}) => {
  await paged({ contacts: [PERSON, OTHER], escalateAfterMs: 30 })
  await writes('snooze 10 min')
  await delivered(2)
  expect(phone.bodies()[1]).toMatch(/^No page about it until \d\d:\d\d UTC \(10 min\)/)
  const { id } = await incidentIn(store)
  await store.incidents.append(id, { kind: 'snoozed', by: PERSON, until: new Date(Date.now() + 60).toISOString() })
  await delivered(3)
  expect(phone.delivered[2]).toMatchObject({ to: PERSON, body: expect.stringMatching(/^\(again\) \*I1\*/) })
  await store.incidents.append(id, { kind: 'snoozed', by: PERSON, until: new Date(Date.now() + 60_000).toISOString() })
  await fires(receivedAlert({ status: 'resolved' }))
  await vi.waitFor(async () => expect(await kindsOf(store)).toContain('incident_resolved'))
})

test('a deed and a question are both answered', async ({ store, phone, paged, writes, delivered }) => {
  await paged()
  await writes('on it. why?')
  await delivered(2)
  expect(phone.bodies()[1]).toMatch(/^Noted: you are on it[\s\S]*You said: on it\. why\?$/)
  expect(await incidentIn(store)).toMatchObject({ acknowledged_by: PERSON })
})
