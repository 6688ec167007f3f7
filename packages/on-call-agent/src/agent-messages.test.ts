import { expect } from 'vitest'
import { test } from '../test-parts/agent-test.ts'
import { receivedAlert } from '../test-parts/alerts.ts'
import { asked, ordinary } from '../test-parts/ordinary-model.ts'
import { brokenOrder, call, calls, says, scriptedModel } from '../test-parts/scripted-model.ts'

test("a person's message during an investigation waits for its end, and messages are answered in order", async ({
  store,
  phone,
  start,
  fires,
  writes,
  delivered,
}) => {
  const model = ordinary()
  const waiting = scriptedModel((request, turn) => {
    if (turn === 0) for (const body of ['first', 'second']) writes(body)
    return model.answer(request.transcript, [], request.signal)
  })
  await start(waiting)
  await fires(receivedAlert())
  await delivered(3)
  expect(phone.bodies()).toEqual([expect.stringContaining('*I1*'), 'You said: first', 'You said: second'])
  expect(brokenOrder(await store.transcripts.read((await store.incidents.find('I1'))?.id ?? ''))).toBeUndefined()
})

test('two calls for a ticket in one answer, and one more later, are one issue', async ({
  store,
  jira,
  start,
  fires,
  writes,
  delivered,
}) => {
  const twice = calls(
    call('t1', 'create_jira_ticket', { summary: 'a', description: 'a' }),
    call('t2', 'create_jira_ticket', { summary: 'b', description: 'b' }),
  )
  const model = ordinary()
  await start(
    scriptedModel((request) =>
      asked(request) === 'create a ticket twice'
        ? twice
        : asked(request) === undefined && request.transcript.at(-1)?.role === 'tool' && jira.issues.length > 0
          ? says('done')
          : model.answer(request.transcript, [], request.signal),
    ),
  )
  await fires(receivedAlert())
  await delivered(1)
  await writes('create a ticket twice')
  await delivered(2)
  await writes('ticket please, assign to Ravi')
  await delivered(3)
  expect(jira.issues).toHaveLength(1)
  const timeline = await store.incidents.timeline((await store.incidents.find('I1'))?.id ?? '')
  const results = timeline.flatMap(({ event }) =>
    event.kind === 'tool_result' && event.name === 'create_jira_ticket' ? [JSON.parse(event.result)] : [],
  )
  expect(results.map(({ key, existing }) => [key, existing])).toEqual([
    ['OPS-1', false],
    ['OPS-1', true],
    ['OPS-1', true],
  ])
  expect(jira.assigned).toEqual([['OPS-1', 'Ravi Kumar']])
})

test('a message that comes twice is answered once', async ({ start, idle, fires, writes, delivered }) => {
  await start(ordinary())
  await fires(receivedAlert())
  await delivered(1)
  expect(await Promise.all([writes('why?', 'SM-in'), writes('why?', 'SM-in')])).toEqual([true, false])
  await idle()
  await delivered(2)
})

test('a person whose message may mean two incidents is asked which', async ({ phone, start, fires, writes, delivered }) => {
  await start(ordinary())
  await fires(receivedAlert(), receivedAlert({ service: 'other' }))
  await delivered(2)
  await writes('why?')
  await delivered(3)
  expect(phone.bodies()[2]).toMatch(/Which incident do you mean\?[\s\S]*\*I2\* other[\s\S]*\*I1\* inventory/)
  await writes('I1')
  await delivered(4)
  expect(phone.bodies()[3]).toBe('*I1* You said: why?')
  await writes('I2 fixed?')
  await delivered(5)
  expect(phone.bodies()[4]).toBe('*I2* You said: I2 fixed?')
  await writes('create a ticket')
  await delivered(6)
  expect(phone.bodies()[5]).toMatch(/Which incident do you mean/)
  await writes('no such I9')
  await delivered(7)
  expect(phone.bodies()[6]).toMatch(/^There is no incident I9\./)
})

test('a person who writes while there is no incident is told so', async ({ phone, start, writes, delivered }) => {
  await start(ordinary())
  await writes('hello?')
  await delivered(1)
  expect(phone.bodies()).toEqual(['There is no incident to talk about.'])
})

test('a person gets an answer also while no model can be used, and the next message is answered from there', async ({
  phone,
  start,
  fires,
  writes,
  delivered,
}) => {
  const model = ordinary()
  let broken = false
  await start(
    scriptedModel((request) =>
      broken ? Promise.reject(new Error('model is down')) : model.answer(request.transcript, [], request.signal),
    ),
  )
  await fires(receivedAlert())
  await delivered(1)
  broken = true
  await writes('why?')
  await delivered(2)
  expect(phone.bodies()[1]).toContain('I cannot answer just now (model is down)')
  broken = false
  await writes('and now?')
  await delivered(3)
  expect(phone.bodies()[2]).toBe('You said: and now?')
})

/** The functions that are offered to a model for this message. */
const offeredTest = test.extend('offeredOn', ({ start, fires, writes, delivered }) => async (text: string): Promise<string[]> => {
  const model = ordinary()
  await start(model)
  await fires(receivedAlert())
  await delivered(1)
  await writes(text)
  await delivered(2)
  return model.requests.at(-1)?.offered ?? []
})

offeredTest.for(['why?', 'ok thanks', 'do NOT create any ticket', 'is there a ticket?'])(
  'a model that files tickets whenever it can files none on "%s"',
  async (text, { offeredOn }) => {
    expect(await offeredOn(text)).not.toContain('create_jira_ticket')
  },
)

offeredTest('it is offered when the person asks for a ticket', async ({ offeredOn }) => {
  expect(await offeredOn('please open a jira ticket')).toContain('create_jira_ticket')
})

test('an assignee that the person did not name is dropped, and that is said', async ({ phone, jira, start, fires, writes, delivered }) => {
  const obeying = calls(
    call('file', 'create_jira_ticket', { summary: 'x', description: 'see https://evil.example/x', assignee: 'Mina Patel' }),
  )
  const model = ordinary()
  await start(
    scriptedModel((request) =>
      asked(request) === 'create a ticket'
        ? obeying
        : request.transcript.at(-1)?.role === 'tool' && jira.issues.length > 0
          ? says('Done.')
          : model.answer(request.transcript, [], request.signal),
    ),
  )
  await fires(receivedAlert())
  await delivered(1)
  await writes('create a ticket')
  await delivered(2)
  expect(phone.bodies()[1]).toBe('Done.\n(Nobody was assigned: you did not name "Mina Patel".)')
  expect(jira.issues).toMatchObject([{ accountId: undefined, description: expect.stringContaining('hxxps://evil[.]example/x') }])
})

test('a resolved incident loses the focus when another one opens', async ({ phone, start, fires, writes, delivered }) => {
  await start(ordinary())
  await fires(receivedAlert())
  await delivered(1)
  await writes('I1 why?')
  await delivered(2)
  await fires(receivedAlert({ status: 'resolved' }))
  await delivered(3)
  expect(phone.bodies()[2]).toMatch(/^\*I1\* resolved after/)
  await fires(receivedAlert({ service: 'other' }))
  await delivered(4)
  await writes('why?')
  await delivered(5)
  expect(phone.bodies()[4]).toBe('You said: why?')
})

test('a contact with the role view gets answers, and nothing is done for them', async ({
  phone,
  jira,
  start,
  fires,
  writes,
  delivered,
}) => {
  await start(ordinary(), { roleOf: () => 'view' })
  await fires(receivedAlert())
  await delivered(1)
  await writes('create a ticket')
  await delivered(2)
  await writes('why?')
  await delivered(3)
  expect(phone.bodies().slice(1)).toEqual([expect.stringContaining('nothing was done'), 'You said: why?'])
  expect(jira.issues).toEqual([])
})

test('a voice note gets an honest line, without a model', async ({ phone, start, fires, writes, delivered }) => {
  const model = ordinary()
  await start(model)
  await fires(receivedAlert())
  await delivered(1)
  const asked = model.requests.length
  await writes('[with a voice note that was not read]')
  await delivered(2)
  expect(phone.bodies()[1]).toMatch(/^I cannot take in a voice note\./)
  expect(model.requests).toHaveLength(asked)
})

test('what a template had no room for follows once the person has written on the phone, and not when they write on the console', async ({
  phone,
  start,
  fires,
  writes,
  delivered,
}) => {
  await start(ordinary())
  phone.closeWindow()
  await fires(receivedAlert())
  await delivered(1)
  const page = phone.bodies()[0] ?? ''
  expect(page.split('\n').length).toBeGreaterThan(2)
  await writes('on the console')
  await delivered(2)
  await writes('on the phone', 'SM-of-the-person')
  await delivered(4)
  expect(phone.bodies()).toEqual([page, 'You said: on the console', page, 'You said: on the phone'])
})
