import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PERSON, startAgentApp } from '../../../test-parts/agent-app.ts'
import { receivedAlert } from '../../../test-parts/alerts.ts'
import { postForm, signForm } from '../../../test-parts/signed-form.ts'

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
  await running.agent.receiveAlerts([receivedAlert()])
  await vi.waitFor(() => expect(running.phone.delivered).toHaveLength(1), { interval: 5, timeout: 4_000 })
  await vi.waitFor(async () => expect(await running.store.outbox.findSent('SM1')).toBeDefined(), { interval: 5 })
})
afterEach(() => running[Symbol.asyncDispose]())

const PATH = '/webhook/twilio/status'
const callback = { MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '63016', To: PERSON, From: 'whatsapp:+15550100000' }
const post = (params: Record<string, string>, signature?: string) => postForm(running.app, PATH, params, signature)
const stateOf = async () => (await running.store.outbox.findSent('SM1'))?.state

test.each([
  ['undelivered', '63016', 'undelivered'],
  ['failed', '63003', 'undelivered'],
  ['delivered', '', 'delivered'],
  ['read', '', 'delivered'],
  ['queued', '', 'accepted'],
  ['sent', '', 'accepted'],
  ['a status of tomorrow', '', 'accepted'],
])('the status %j makes the message %3$s', async (MessageStatus, ErrorCode, state) => {
  expect((await post({ ...callback, MessageStatus, ErrorCode })).statusCode).toBe(204)
  expect(await stateOf()).toBe(state)
})

test('the first end counts, however often and late the others come; the timeline says why', async () => {
  for (const MessageStatus of ['undelivered', 'delivered', 'undelivered', 'read']) await post({ ...callback, MessageStatus })
  expect(await stateOf()).toBe('undelivered')
  const [incident] = await running.store.incidents.list(1)
  const ends = (await running.store.incidents.timeline(incident?.id ?? '')).filter(({ event }) =>
    ['message_delivered', 'message_undelivered'].includes(event.kind),
  )
  expect(ends.map(({ event }) => event)).toMatchObject([{ code: '63016', reason: expect.stringContaining('24 hours') }])
})

test('a message that is read was delivered, and is read once, whichever status comes first', async () => {
  const kinds = async () => {
    const [incident] = await running.store.incidents.list(1)
    const events = (await running.store.incidents.timeline(incident?.id ?? '')).map(({ event }) => event.kind)
    return events.filter((kind) => kind === 'message_delivered' || kind === 'message_read')
  }
  await post({ ...callback, MessageStatus: 'read', ErrorCode: '' })
  expect(await kinds()).toEqual(['message_delivered', 'message_read'])
  for (const MessageStatus of ['delivered', 'read', 'undelivered', 'sent']) await post({ ...callback, MessageStatus })
  expect(await kinds()).toEqual(['message_delivered', 'message_read'])
})

test('a status of a foreign message is taken and changes nothing', async () => {
  const before = await running.store.incidents.newestEventId()
  expect((await post({ ...callback, MessageSid: 'SM-foreign' })).statusCode).toBe(204)
  expect(await running.store.incidents.newestEventId()).toBe(before)
})

test.each<[string, string | undefined]>([
  ['none', ''],
  ['that of the other webhook', signForm('/webhook/twilio', callback)],
  ['that of another status', signForm(PATH, { ...callback, MessageStatus: 'delivered' })],
])('with the signature %s a status is refused with 403 and changes nothing', async (_title, signature) => {
  expect((await post(callback, signature)).statusCode).toBe(403)
  expect(await stateOf()).toBe('accepted')
})

test('a query of the public address is part of the signature', async () => {
  const path = `${PATH}?line=1&a=%20b`
  expect((await postForm(running.app, path, callback, signForm(path, callback))).statusCode).toBe(204)
  expect((await postForm(running.app, path, callback, signForm(PATH, callback))).statusCode).toBe(403)
})

test('a status without what we read of it is refused by name', async () => {
  for (const name of ['MessageSid', 'MessageStatus', 'To'] as const) {
    const params = Object.fromEntries(Object.entries(callback).filter(([key]) => key !== name))
    const { statusCode, body } = await post(params)
    expect([statusCode, JSON.parse(body).field]).toEqual([400, `body.${name}`])
  }
})
