import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PERSON, startAgentApp } from '../../../test-parts/agent-app.ts'
import { receivedAlert } from '../../../test-parts/alerts.ts'
import { postForm, signForm } from '../../../test-parts/signed-form.ts'

let running: Awaited<ReturnType<typeof startAgentApp>>
beforeEach(async () => {
  running = await startAgentApp()
})
afterEach(() => running[Symbol.asyncDispose]())

const sign = (params: Record<string, string>, options = {}) => signForm('/webhook/twilio', params, options)
const whole = { MessageSid: 'SM-in-1', From: PERSON, To: 'whatsapp:+15550100000', Body: 'why? ü & 😀', NumMedia: '0' }
const post = (params: Record<string, string>, signature?: string, headers: Record<string, string> = {}) =>
  postForm(running.app, '/webhook/twilio', params, signature, headers)
const kept = async () => [
  await running.store.inbox.unanswered(),
  await running.store.incidents.newestEventId(),
  await running.store.outbox.list(['pending', 'sending', 'unknown']),
]

test('a signed message of the person on call is taken and answered with empty TwiML at once; the reply goes out through the API', async () => {
  await running.agent.receiveAlerts([receivedAlert()])
  const { statusCode, headers, body } = await post(whole)
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/xml'])
  expect(body).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>')
  await vi.waitFor(() => expect(running.phone.bodies()).toContain(`You said: ${whole.Body}`))
  expect(running.outcomes).toEqual(['received'])
})

test('a message that Twilio sends again is answered 200 and taken once', async () => {
  expect((await post(whole)).statusCode).toBe(200)
  const before = JSON.stringify(await running.store.incidents.list(10))
  await running.agent.idle()
  expect((await post(whole)).statusCode).toBe(200)
  await running.agent.idle()
  expect(running.outcomes).toEqual(['received', 'repeated'])
  expect(await running.store.inbox.unanswered()).toEqual([])
  expect(JSON.stringify(await running.store.incidents.list(10))).toBe(before)
  await vi.waitFor(() => expect(running.phone.delivered).toHaveLength(1), { timeout: 3_000 })
})

test('a signed message of a stranger is answered 200 and ignored', async () => {
  const stranger = { ...whole, From: 'whatsapp:+15550100666', Body: 'create a ticket' }
  expect((await post(stranger)).statusCode).toBe(200)
  expect(await kept()).toEqual([[], 0, []])
  expect(running.outcomes).toEqual(['stranger'])
})

test.each<[string, (params: typeof whole) => string | undefined]>([
  ['no signature', () => ''],
  ['a wrong token', (params) => sign(params, { token: 'other' })],
  ['the signature of another address', (params) => sign(params, { url: 'http://127.0.0.1:8088/webhook/twilio' })],
  ['the signature of another text', (params) => sign({ ...params, Body: 'something else' })],
  ['the signature of fewer parameters', ({ MessageSid, From, Body }) => sign({ MessageSid, From, Body })],
  ['something that is no base64', () => '%%%'],
])('a message with %s is refused with 403 and leaves no trace', async (_title, signature) => {
  const { statusCode, body } = await post(whole, signature(whole))
  expect([statusCode, JSON.parse(body).code]).toEqual([403, 'bad_signature'])
  expect(await kept()).toEqual([[], 0, []])
  expect(running.outcomes).toEqual(['bad_signature'])
})

test.each(['MessageSid', 'From', 'Body'] as const)('a signed message without %s is refused by name', async (name) => {
  const without = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))
  for (const params of name === 'Body' ? [without] : [without, { ...whole, [name]: '' }]) {
    const { statusCode, body } = await post(params)
    expect([statusCode, JSON.parse(body).field]).toEqual([400, `body.${name}`])
  }
  expect(await kept()).toEqual([[], 0, []])
})

test('an empty body, JSON, and a body over the limit are refused with 4xx', async () => {
  const bare = { method: 'POST', url: '/webhook/twilio' } as const
  expect((await running.app.inject(bare)).statusCode).toBe(403)
  expect((await post({})).statusCode).toBe(400)
  expect((await running.app.inject({ ...bare, payload: whole })).statusCode).toBe(415)
  expect((await post({ ...whole, Body: 'x'.repeat(1_200_000) })).statusCode).toBe(413)
  expect((await post({ ...whole, Body: 'x'.repeat(4_097) })).statusCode).toBe(400)
  expect(await kept()).toEqual([[], 0, []])
})

test.each([
  [{ Body: '', NumMedia: '1', MediaContentType0: 'audio/ogg' }, '[with a voice note that was not read]'],
  [{ Body: 'look', NumMedia: '2', MediaContentType0: 'image/jpeg' }, 'look\n[with a picture that was not read]'],
  [{ Body: '', NumMedia: '1', MediaContentType0: 'application/pdf' }, '[with a document that was not read]'],
  [{ Body: '', Latitude: '48.1' }, '[with a place that was not read]'],
  [{ Body: '' }, '[with something that was not read]'],
  [{ Body: '👍' }, '👍'],
  [{ Body: '', ButtonText: 'Why?' }, 'Why?'],
])('of %j the person is taken to have said %j', async (params, text) => {
  const read = vi.spyOn(running.agent, 'takeMessage')
  expect((await post({ ...whole, ...params })).statusCode).toBe(200)
  expect(read.mock.calls.map(([{ body }]) => body)).toEqual([text])
})

test('through the tunnel only the webhook can be reached', async () => {
  await running.store.alerts.apply([receivedAlert()])
  const { app } = running
  const routes = [
    ['GET', '/'],
    ['GET', '/healthz'],
    ['GET', '/metrics'],
    ['POST', '/alerts'],
    ['POST', '/human/decision'],
    ['GET', '/api/incidents'],
    ['GET', '/api/incidents/I1'],
    ['POST', '/api/incidents/I1/messages'],
    ['GET', '/api/events'],
    ['GET', '/no-such-route'],
    ['POST', '/webhook/twilio/'],
    ['POST', '//webhook/twilio'],
    ['GET', '/api/incidents?/webhook/twilio'],
    ['GET', '/webhook/twilio/../../metrics'],
  ] as const
  for (const [method, url] of routes) {
    const { statusCode, body } = await app.inject({ method, url, headers: { host: 'tunnel.example' } })
    expect([url, statusCode, JSON.parse(body).code]).toEqual([url, 421, 'unknown_host'])
  }
  expect((await post(whole)).statusCode).toBe(200)
  expect((await post({ ...whole, MessageSid: 'SM-in-2' }, undefined, { host: '127.0.0.1:8088' })).statusCode).toBe(200)
})

test('a quoted page tells which incident is meant', async () => {
  await running.agent.receiveAlerts([receivedAlert({ service: 'one' }), receivedAlert({ service: 'two' })])
  await vi.waitFor(() => expect(running.phone.delivered).toHaveLength(2))
  const page = running.phone.delivered.find(({ body }) => body.includes('*I1*'))
  await post({ ...whole, Body: 'why?', OriginalRepliedMessageSid: page?.sid ?? '' })
  await running.agent.idle()
  const received = (await running.store.incidents.timeline((await running.store.incidents.find('I1'))?.id ?? '')).filter(
    ({ event }) => event.kind === 'message_received',
  )
  expect(received).toHaveLength(1)
})
