import twilio from 'twilio'
import { expect, test, vi } from 'vitest'
import { STAND_IN_CREDENTIALS as KNOWN } from '../api.ts'
import { startStandIns, startWebhook } from '../test-stand-ins.ts'
import { INCIDENT_TEMPLATE, SANDBOX_TEMPLATE } from './template.ts'
import { API_KEY, MESSAGING_SERVICE_SID } from './twilio-account.ts'

const FROM = KNOWN.twilioWhatsappNumber
const TO = KNOWN.userWhatsappNumber
const DAY_MS = 86_400_000
const template = (end: number) => `HX${String(end).padStart(32, '0')}`
const page = { from: FROM, to: TO, contentSid: INCIDENT_TEMPLATE.sid, contentVariables: JSON.stringify({ 1: 'inventory', 2: 'errors.' }) }

function clientOf(url: string) {
  const client = twilio(KNOWN.twilioAccountSid, KNOWN.twilioAuthToken)
  client.api.baseUrl = `${url}/twilio`
  client.content.baseUrl = `${url}/twilio`
  return client
}

async function write(url: string, message: object) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) }
  const response = await fetch(`${url}/phone/messages`, init)
  return { status: response.status, body: (await response.json()) as { sid: string; detail?: string } } // The tests compare the rest.
}

test.each([
  ['equal sender and recipient', { from: FROM, to: FROM, body: 'x' }, 400, 63031],
  ['an unknown template', { from: FROM, to: TO, contentSid: template(99) }, 400, 21655],
  ['a template SID that is none', { from: FROM, to: TO, contentSid: 'HX1' }, 400, 21655],
  ['an unknown messaging service', { to: TO, body: 'x', messagingServiceSid: `MG${'f'.repeat(32)}` }, 400, 21705],
  ['media without an address', { from: FROM, to: TO, mediaUrl: ['nowhere'] }, 400, 21620],
  ['eleven media', { from: FROM, to: TO, mediaUrl: Array.from({ length: 11 }, (_, at) => `https://a.example/${at}`) }, 400, 21623],
  [
    'a schedule without a service',
    { from: FROM, to: TO, body: 'x', scheduleType: 'fixed' as const, sendAt: new Date(Date.now() + DAY_MS) },
    400,
    35118,
  ],
  [
    'a schedule in a minute',
    {
      to: TO,
      body: 'x',
      messagingServiceSid: MESSAGING_SERVICE_SID,
      scheduleType: 'fixed' as const,
      sendAt: new Date(Date.now() + 60_000),
    },
    400,
    35111,
  ],
])('Twilio refuses %s', async (_case, params, status, code) => {
  await using standIns = await startStandIns()
  await expect(clientOf(standIns.url).messages.create(params)).rejects.toMatchObject({ status, code })
})

test.each([
  ['free text to somebody who never wrote', { from: FROM, to: TO, body: 'x' }, 63016],
  ['an approved template', page, null],
  ['a pending template', { from: FROM, to: TO, contentSid: template(2), contentVariables: '{"1":"a"}' }, 63016],
  ['a rejected template', { from: FROM, to: TO, contentSid: template(3), contentVariables: '{"1":"a"}' }, 63040],
  ['a paused template', { from: FROM, to: TO, contentSid: template(4), contentVariables: '{"1":"a"}' }, 63041],
])('outside the window Twilio takes %s, and its error is %s in the end', async (_case, params, errorCode) => {
  let nowMs = Date.now()
  await using standIns = await startStandIns({ now: () => nowMs, window: 'closed' })
  const { messages } = clientOf(standIns.url)
  const { sid, status } = await messages.create(params)
  expect(status).toBe('queued')
  nowMs += 5_000
  expect(await messages(sid).fetch()).toMatchObject({ status: errorCode === null ? 'delivered' : 'undelivered', errorCode })
})

test('the sandbox reaches only who joined in the last three days, one message in three seconds, fifty a day', async () => {
  let nowMs = Date.now()
  await using webhook = await startWebhook()
  await using standIns = await startStandIns({ now: () => nowMs, sandbox: true, webhookUrl: webhook.url })
  const { messages } = clientOf(standIns.url)
  const outcome = async (params: Parameters<typeof messages.create>[0] = { from: FROM, to: TO, body: 'x' }) => {
    nowMs += 4_000
    const { sid } = await messages.create(params)
    nowMs += 1_000
    return (await messages(sid).fetch()).errorCode
  }
  expect(await outcome()).toBe(63015)
  await write(standIns.url, { body: 'join brave-lion' })
  expect(webhook.calls).toEqual([])
  expect(await outcome()).toBe(null)
  nowMs -= 1_000
  const { sid } = await messages.create({ from: FROM, to: TO, body: 'too fast' })
  nowMs += 5_000
  expect((await messages(sid).fetch()).errorCode).toBe(63018)
  nowMs += 2 * DAY_MS
  expect(await outcome(page)).toBe(63016)
  expect(await outcome({ from: FROM, to: TO, contentSid: SANDBOX_TEMPLATE.sid, contentVariables: '{"1":"12/1","2":"3pm"}' })).toBe(null)
  nowMs += DAY_MS
  expect(await outcome()).toBe(63015)
  for (let sent = 1; sent < 50; sent += 1) await messages.create({ from: FROM, to: TO, body: 'x' })
  await expect(messages.create({ from: FROM, to: TO, body: 'x' })).rejects.toMatchObject({ status: 429, code: 63038 })
})

test('a scheduled message waits for its time and can be canceled; one that is sent cannot', async () => {
  let nowMs = Date.now()
  await using standIns = await startStandIns({ now: () => nowMs })
  const { messages } = clientOf(standIns.url)
  const create = () =>
    messages.create({
      to: TO,
      body: 'x',
      messagingServiceSid: MESSAGING_SERVICE_SID,
      scheduleType: 'fixed',
      sendAt: new Date(nowMs + 3_600_000),
    })
  const [kept, dropped] = [await create(), await create()]
  expect(kept).toMatchObject({ status: 'scheduled', messagingServiceSid: MESSAGING_SERVICE_SID, from: FROM })
  expect((await messages(dropped.sid).update({ status: 'canceled' })).status).toBe('canceled')
  nowMs += 3_601_000
  expect((await messages(kept.sid).fetch()).status).toBe('delivered')
  expect((await messages(dropped.sid).fetch()).status).toBe('canceled')
  await expect(messages(kept.sid).update({ status: 'canceled' })).rejects.toMatchObject({ status: 400, code: 30409 })
})

test('a message is redacted or removed once it is complete, not before', async () => {
  let nowMs = Date.now()
  await using standIns = await startStandIns({ now: () => nowMs })
  const { messages } = clientOf(standIns.url)
  const { sid } = await messages.create({ from: FROM, to: TO, body: 'secret' })
  await expect(messages(sid).update({ body: '' })).rejects.toMatchObject({ status: 409, code: 20009 })
  await expect(messages(sid).remove()).rejects.toMatchObject({ status: 409, code: 20009 })
  nowMs += 5_000
  expect((await messages(sid).update({ body: '' })).body).toBe('')
  expect(await messages(sid).remove()).toBe(true)
  await expect(messages(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
})

test('the account, its API key and its templates with their approvals can be read', async () => {
  await using standIns = await startStandIns()
  const client = clientOf(standIns.url)
  expect(await client.api.v2010.accounts(KNOWN.twilioAccountSid).fetch()).toMatchObject({ status: 'active', type: 'Full' })
  expect((await client.content.v1.contents.list()).map(({ sid }) => sid)).toContain(INCIDENT_TEMPLATE.sid)
  const approvals = await client.content.v1.contentAndApprovals.list()
  expect(approvals.map(({ approvalRequests }) => approvalRequests.status)).toEqual([
    'approved',
    'approved',
    'pending',
    'rejected',
    'paused',
  ])
  const withKey = twilio(API_KEY.sid, API_KEY.secret, { accountSid: KNOWN.twilioAccountSid })
  withKey.api.baseUrl = `${standIns.url}/twilio`
  await expect(withKey.messages.list()).resolves.toEqual([])
})

test.each([
  [
    'a picture',
    { media: { content_type: 'image/png', data: 'iVBORw0K' } },
    { NumMedia: '1', MessageType: 'image', Body: '', MediaContentType0: 'image/png' },
  ],
  [
    'a voice note',
    { media: { content_type: 'audio/ogg', data: 'T2dnUw==' } },
    { NumMedia: '1', MessageType: 'audio', MediaContentType0: 'audio/ogg' },
  ],
  ['a document', { media: { content_type: 'application/pdf', data: 'JVBERg==' } }, { NumMedia: '1', MessageType: 'document' }],
])('%s reaches the webhook with an address under which its bytes lie', async (_case, message, params) => {
  await using webhook = await startWebhook()
  await using standIns = await startStandIns({ webhookUrl: webhook.url })
  const { body } = await write(standIns.url, message)
  expect(body.sid).toMatch(/^MM/)
  const [call] = webhook.calls
  expect(call?.params).toMatchObject(params)
  const authorization = `Basic ${btoa(`${KNOWN.twilioAccountSid}:${KNOWN.twilioAuthToken}`)}`
  const bytes = await (await fetch(call?.params.MediaUrl0 ?? '', { headers: { authorization } })).arrayBuffer()
  expect(Buffer.from(bytes).toString('base64')).toBe(message.media.data)
  expect((await clientOf(standIns.url).messages(body.sid).media.list()).map(({ contentType }) => contentType)).toEqual([
    message.media.content_type,
  ])
})

test('a tap on a button and a reaction quote their message', async () => {
  await using webhook = await startWebhook()
  await using standIns = await startStandIns({ webhookUrl: webhook.url })
  const { sid } = await clientOf(standIns.url).messages.create(page)
  await write(standIns.url, { button: { text: 'Why?', payload: 'why' }, reply_to: sid })
  await write(standIns.url, { reaction: '👍', reply_to: sid })
  expect(webhook.calls.map(({ params }) => params)).toMatchObject([
    { MessageType: 'button', ButtonText: 'Why?', ButtonPayload: 'why', Body: 'Why?', OriginalRepliedMessageSid: sid },
    { Body: '👍', OriginalRepliedMessageSid: sid },
  ])
  expect((await write(standIns.url, { reaction: '👍' })).status).toBe(400)
  expect((await write(standIns.url, {})).status).toBe(400)
})

test.each([
  ['text/xml', '<Response><Message>a</Message></Response>', 1, undefined],
  ['application/xml; charset=utf-8', '<Response><Message>a</Message></Response>', 1, undefined],
  ['application/json', '<Response><Message>a</Message></Response>', 0, '12300'],
  ['text/plain', 'a', 1, undefined],
  ['application/json', '', 0, undefined],
])('a webhook that answers as %s: %#', async (contentType, body, count, warning) => {
  await using webhook = await startWebhook({ contentType, body })
  await using standIns = await startStandIns({ webhookUrl: webhook.url })
  const answer = await write(standIns.url, { body: 'hello' })
  expect(answer.body.detail ?? '').toContain(warning ?? '')
  if (!warning) expect(answer.body.detail).toBeUndefined()
  expect(await clientOf(standIns.url).messages.list({ to: TO })).toHaveLength(count)
})

test('the callback says sent, delivered and read, in that order', async () => {
  await using webhook = await startWebhook()
  await using standIns = await startStandIns()
  const { sid } = await clientOf(standIns.url).messages.create({ from: FROM, to: TO, body: 'x', statusCallback: webhook.url })
  const statuses = () => webhook.calls.map(({ params }) => params.MessageStatus)
  await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered']), 5_000)
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sid }) }
  expect((await fetch(`${standIns.url}/phone/read`, init)).status).toBe(204)
  await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered', 'read']), 5_000)
  for (const { params, signature } of webhook.calls)
    expect(twilio.validateRequest(KNOWN.twilioAuthToken, signature, webhook.url, params)).toBe(true)
})
